// The words by which the rules know what a name means, in English and some other languages, small
// letters without signs. Words alone: no table or column of a known program.
#pragma once

#include <set>
#include <string>

namespace cfs::vocabulary {

using WordSet = std::set<std::string>;

extern const WordSet kPatient;      // the person who is treated
extern const WordSet kPerson;       // a person of any kind
extern const WordSet kAlsoPatient;  // words that a patients' table may have besides
extern const WordSet kBirth;
extern const WordSet kSex;
extern const WordSet kFamilyName;
extern const WordSet kGivenName;
extern const WordSet kName;
extern const WordSet kAddress;
extern const WordSet kPhone;
extern const WordSet kNationalNumber;  // identifiers that are given to one person alone
extern const WordSet kPart;            // tables of which each patient has a row of its own

extern const WordSet kIdentifier;  // what makes a name the name of a key: id, uuid, number
extern const WordSet kStaff;       // users and those who treat
extern const WordSet kRights;      // roles, permissions, passwords
extern const WordSet kLog;
extern const WordSet kMomentary;  // locks, sessions, queues, caches
extern const WordSet kMessage;    // what would be sent twice
extern const WordSet kStock;
extern const WordSet kKind;      // lists of kinds and states
extern const WordSet kRelated;   // another row of the same sort: previous, parent, next
extern const WordSet kSameSort;  // of these, what a row says of others of its own table
extern const WordSet kMain;      // the row that a part belongs to

extern const WordSet kNumbers;  // what counts keys
extern const WordSet kInOrder;  // rows that mean something one after the other

extern const WordSet kChanged;  // last modified
extern const WordSet kCreated;
extern const WordSet kRowVersion;
extern const WordSet kSyncState;
extern const WordSet kDeleted;
extern const WordSet kSafety;
extern const WordSet kTime;
extern const WordSet kWhat;     // what a record is about: code, title, type
extern const WordSet kNatural;  // columns that may tell the rows of a list apart

}  // namespace cfs::vocabulary
