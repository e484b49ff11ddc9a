#include "core/suggestion/vocabulary.h"

namespace cfs::vocabulary {

const WordSet kPatient = {
    "patient",  "patients",  "pat",      "pats",      "pt",        "pts",       "pid",
    "patid",    "patientid", "paciente", "pacientes", "patienten", "patientin", "pasien",
    "paziente", "pazienti",  "utente",   "utentes",   "doente",    "doentes",   "malade",
    "malades",  "hasta",     "mgonjwa",  "wagonjwa",  "benhnhan"};
const WordSet kPerson = {"person",      "persons",      "people",   "persona",    "personas",
                         "personne",    "personen",     "pessoa",   "pessoas",    "client",
                         "clients",     "klient",       "klienten", "individual", "individuals",
                         "beneficiary", "beneficiaries"};
const WordSet kAlsoPatient = {"data",   "new",     "master",       "main", "info",
                              "record", "records", "demographics", "list", "table",
                              "tbl",    "details", "stammdaten",   "datos"};
const WordSet kBirth = {"birth",        "birthdate", "birthday",    "dob",
                        "bdate",        "born",      "dateofbirth", "geburt",
                        "geburtsdatum", "geboren",   "naissance",   "nacimiento",
                        "nascimento",   "nascita",   "yob",         "geboortedatum"};
const WordSet kSex = {"sex", "gender", "geschlecht", "sexe", "sexo", "genero", "sesso", "genre"};
const WordSet kFamilyName = {"familyname", "surname",      "lastname",   "lname",     "sname",
                             "nachname",   "familienname", "apellido",   "apellidos", "cognome",
                             "sobrenome",  "nomfamille",   "secondname", "family"};
const WordSet kGivenName = {"givenname", "firstname", "fname",   "forename", "vorname",
                            "prenom",    "nombre",    "nombres", "prename",  "given"};
const WordSet kName = {"name", "fullname", "nom", "nome", "nama", "naam", "jina"};
const WordSet kAddress = {"address",  "addr",  "street",   "streetaddress", "city",     "town",
                          "village",  "zip",   "postal",   "postcode",      "zipcode",  "pcde",
                          "district", "state", "province", "country",       "county",   "zone",
                          "strasse",  "ort",   "plz",      "direccion",     "ciudad",   "adresse",
                          "ville",    "rue",   "endereco", "cidade",        "location", "colony",
                          "region"};
const WordSet kPhone = {"phone",   "telephone", "tel",      "mobile", "cell",
                        "telefon", "telefono",  "telefone", "email",  "fax"};

const WordSet kNationalNumber = {"national",     "nationalid", "nationalnumber",
                                 "ssn",          "ss",         "nhs",
                                 "nhsnumber",    "nin",        "socialsecurity",
                                 "cpf",          "curp",       "dni",
                                 "nif",          "cnp",        "bsn",
                                 "personnummer", "taxcode",    "codicefiscale",
                                 "fiscalcode",   "aadhaar",    "passport"};
const WordSet kPart = {"address", "addresses", "photo",    "photos",
                       "picture", "pictures",  "portrait", "demographics"};

const WordSet kIdentifier = {"id",  "ids",    "uuid",   "guid",   "oid",       "no",
                             "nr",  "num",    "number", "nummer", "numero",    "key",
                             "fk",  "pk",     "ix",     "idx",    "index",     "ref",
                             "sno", "serial", "rowid",  "uid",    "identifier"};
const WordSet kStaff = {"user",          "users",     "staff",      "doctor",     "doctors",
                        "doc",           "provider",  "providers",  "physician",  "physicians",
                        "employee",      "employees", "clinician",  "clinicians", "practitioner",
                        "practitioners", "nurse",     "nurses",     "operator",   "operators",
                        "author",        "usuario",   "usuarios",   "benutzer",   "arzt",
                        "aerzte",        "medico",    "medicos",    "medecin",    "utilisateur",
                        "therapist",     "counselor", "supervisor", "prescriber", "surgeon",
                        "counselors",    "dentist",   "dentists"};
const WordSet kRights = {"role",       "roles",      "permission",  "permissions", "privilege",
                         "privileges", "password",   "passwd",      "pwd",         "login",
                         "acl",        "credential", "credentials", "token",       "tokens",
                         "secret",     "hash"};
const WordSet kLog = {"log", "logs", "logger", "audit", "audits", "trail", "protokoll"};
const WordSet kMomentary = {"lock",   "locks", "locking", "queue",  "cache", "tmp",   "temp",
                            "backup", "bak",   "touch",   "online", "inuse", "draft", "drafts"};
const WordSet kMessage = {"sms",     "mail",     "mails",        "email",         "emails",
                          "message", "messages", "notification", "notifications", "outgoing",
                          "outbox",  "inbox",    "reminder",     "reminders"};
const WordSet kStock = {"stock", "stocks", "inventory", "warehouse", "warehouses", "lager"};
const WordSet kKind = {"type",       "types", "kind",    "status", "state", "category",
                       "categories", "class", "classes", "code",   "codes", "option",
                       "options",    "level", "group",   "reason"};
const WordSet kRelated = {"parent",   "previous",  "prev",    "next",      "replaced", "replaces",
                          "original", "linked",    "related", "following", "follow",   "followup",
                          "merged",   "duplicate", "mother",  "father",    "guardian", "referrer",
                          "contact",  "family",    "head",    "loser",     "source"};
const WordSet kSameSort = {"parent",   "previous", "prev",    "next",
                           "original", "replaced", "replaces"};
const WordSet kMain = {"master", "parent", "header", "main", "owner", "head"};

const WordSet kNumbers = {"sequence", "sequences", "seq", "counter", "counters", "numbers"};
const WordSet kInOrder = {"line",       "lines",    "history", "histories",
                          "historique", "historia", "storico", "verlauf"};

const WordSet kChanged = {"modified", "modify",      "modifydate", "updated",     "update",
                          "changed",  "lastmod",     "lastupdate", "lastupdated", "mtime",
                          "moddate",  "modtime",     "geaendert",  "modificado",  "modifie",
                          "edited",   "lastmodified"};
const WordSet kCreated = {"created",  "create",     "creation", "creator",  "added",
                          "inserted", "entered",    "erstellt", "angelegt", "creado",
                          "cree",     "registered", "recorded"};
const WordSet kRowVersion = {"rowversion", "version", "lock", "lockversion", "optlock", "revision"};
const WordSet kSyncState = {"sync",  "syncstatus", "synced",   "syncstate",
                            "dirty", "uploaded",   "unsynced", "unsent"};
const WordSet kDeleted = {"deleted", "isdeleted", "voided",  "removed",   "geloescht", "eliminado",
                          "borrado", "supprime",  "retired", "deletedat", "void",      "delete"};
const WordSet kSafety = {"allergy",          "allergies",   "allergic",     "allergen",
                         "allergens",        "allergie",    "allergien",    "alergia",
                         "alergias",         "bloodgroup",  "bloodgrp",     "bloodg",
                         "bldgrp",           "bloodtype",   "btype",        "blutgruppe",
                         "rhesus",           "intolerance", "intolerances", "contraindication",
                         "contraindications"};
const WordSet kTime = {"date",  "time",    "datetime",  "at",    "on",    "start",
                       "begin", "begdate", "timestamp", "datum", "fecha", "when",
                       "day",   "started", "datestamp", "dtime"};
const WordSet kWhat = {
    "code",     "title",  "name",    "type",       "description",  "desc",       "descr",
    "subject",  "reason", "drug",    "test",       "item",         "kind",       "category",
    "value",    "form",   "concept", "identifier", "relationship", "medication", "diagnosis",
    "question", "field",  "key",     "substance",  "allergen"};
const WordSet kNatural = {"username", "login",    "code",     "name",         "uuid",
                          "guid",     "email",    "title",    "description",  "desc",
                          "descr",    "initials", "constant", "abbreviation", "label",
                          "number",   "constant"};

}  // namespace cfs::vocabulary
