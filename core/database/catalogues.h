// What the database says of its tables, read once for each schema that is asked for.
#pragma once

#include <map>
#include <string>

#include "core/database/backend.h"

namespace cfs {

class Catalogues {
  public:
    Catalogues(Backend& backend, SqlSession& session) : backend_(backend), session_(session) {}

    // Null where there is no such table. Valid while this lives.
    [[nodiscard]] const CatalogueTable* find(const TableName& table) {
        auto known = by_schema_.find(table.schema);
        if (known == by_schema_.end()) {
            auto read = backend_.catalogue(session_, table.schema);
            known = by_schema_.emplace(table.schema, std::move(read)).first;
        }
        return known->second.find(table.name);
    }

  private:
    Backend& backend_;
    SqlSession& session_;
    std::map<std::string, Catalogue> by_schema_;
};

}  // namespace cfs
