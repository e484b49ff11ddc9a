#include "core/model/random.h"

#include "core/model/sodium_ready.h"

namespace cfs {
namespace {

class SystemRandom : public RandomSource {
  public:
    void fill(std::span<std::uint8_t> bytes) override {
        ensure_sodium();
        randombytes_buf(bytes.data(), bytes.size());
    }
};

}  // namespace

Uuid RandomSource::uuid() {
    Uuid uuid;
    fill(uuid.bytes);
    return as_random_uuid(uuid);
}

VersionId RandomSource::version(WriterTag32 writer) {
    VersionId id{writer, {}};
    fill(id.random);
    return id;
}

RandomSource& system_random() {
    static SystemRandom random;
    return random;
}

}  // namespace cfs
