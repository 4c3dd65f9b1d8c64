// SPDX-License-Identifier: Apache-2.0
/*
 * Operations that name no ticket: new ones, lists, the book, the chains, users.
 */
#include "matrix.h"

#define AS_OF r->has_as_of = true, r->as_of = a->now_at
#define KNOWN r->has_as_known = true, r->as_known = a->now_at
#define DRY   r->has_dry_run = r->dry_run = true

/* --- new tickets ------------------------------------------------------------------------------ */

#define NEW                                                                      \
    m.contract = a->contract, m.subject = SAID("words"), m.body = SAID("words"), \
    m.requester = SAID("words")
MATRIX_PACK(new_default, NewTicket, NEW_TICKET, new_ticket, NEW)
MATRIX_PACK(new_team, NewTicket, NEW_TICKET, new_ticket, NEW, m.team = a->team)
MATRIX_PACK(new_dry, NewTicket, NEW_TICKET, new_ticket, NEW, m.team = a->team, DRY)
MATRIX_PACK(new_no_team, NewTicket, NEW_TICKET, new_ticket, NEW, m.team = SAID("team-0"))
MATRIX_PACK(new_source, NewTicket, NEW_TICKET, new_ticket, NEW, m.team = a->team,
            m.source = a->source, m.source_key = a->fresh)
MATRIX_PACK(new_own_source, NewTicket, NEW_TICKET, new_ticket, NEW, m.team = a->team,
            m.source = a->own, m.source_key = a->fresh)
#define IMPORT                                                                                   \
    m.contract = a->contract, m.team = a->team, m.subject = SAID("words"), m.source = a->source, \
    m.source_key = a->fresh, m.has_opened_at = true, m.opened_at = a->now_at
MATRIX_PACK(import, ImportTicket, IMPORT_TICKET, import_ticket, IMPORT)
MATRIX_PACK(import_dry, ImportTicket, IMPORT_TICKET, import_ticket, IMPORT, DRY)
#define LINE                                                               \
    m.contract = a->contract, m.team = a->team, m.subject = SAID("words"), \
    m.source_key = a->fresh, m.has_action = true,                          \
    m.action = SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_OPEN
MATRIX_PACK(intake_source, Intake, INTAKE, intake, LINE, m.source = a->source)
MATRIX_PACK(intake_own, Intake, INTAKE, intake, LINE, m.source = a->own)
MATRIX_PACK(intake_early, Intake, INTAKE, intake, m.contract = a->contract, m.source = a->own,
            m.source_key = a->fresh, m.has_action = true,
            m.action = SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_RESOLVE)

/* --- lists of tickets ------------------------------------------------------------------------- */

MATRIX_PACK(list, ListTickets, LIST_TICKETS, list_tickets, m.has_limit = true, m.limit = 1000)
MATRIX_PACK(list_as_of, ListTickets, LIST_TICKETS, list_tickets, m.has_limit = true, m.limit = 1000,
            AS_OF)
MATRIX_PACK(list_as_known, ListTickets, LIST_TICKETS, list_tickets, m.has_limit = true,
            m.limit = 1000, KNOWN)
MATRIX_PACK(list_breached, ListTickets, LIST_TICKETS, list_tickets, m.has_limit = true,
            m.limit = 1000, m.has_breached = m.breached = true)
MATRIX_PACK(list_mate, ListTickets, LIST_TICKETS, list_tickets, m.assignee = SAID("mate"),
            m.has_limit = true, m.limit = 1000)
MATRIX_PACK(list_owner, ListTickets, LIST_TICKETS, list_tickets, m.assignee = a->user)
MATRIX_PACK(list_contract, ListTickets, LIST_TICKETS, list_tickets, m.contract = a->contract)
MATRIX_PACK(list_team, ListTickets, LIST_TICKETS, list_tickets, m.team = a->team)
#define ALL m.has_limit = true, m.limit = 1000
MATRIX_PACK(breaches, ListBreaches, LIST_BREACHES, list_breaches, ALL)
MATRIX_PACK(breaches_as_of, ListBreaches, LIST_BREACHES, list_breaches, ALL, AS_OF)
MATRIX_PACK(breaches_known, ListBreaches, LIST_BREACHES, list_breaches, ALL, KNOWN)
MATRIX_PACK(breaches_contract, ListBreaches, LIST_BREACHES, list_breaches, m.contract = a->contract)
MATRIX_PACK(breaches_vendor, ListBreaches, LIST_BREACHES, list_breaches, m.vendor = a->party)
MATRIX_PACK(breaches_team, ListBreaches, LIST_BREACHES, list_breaches, m.team = a->team)

/* --- live events ------------------------------------------------------------------------------ */

#define FROM_THE_BEGINNING m.has_resumes = m.resumes = true
MATRIX_PACK(subscribe, Subscribe, SUBSCRIBE, subscribe, FROM_THE_BEGINNING)
MATRIX_PACK(subscribe_contract, Subscribe, SUBSCRIBE, subscribe, FROM_THE_BEGINNING,
            m.contract = a->contract)
MATRIX_PACK(subscribe_team, Subscribe, SUBSCRIBE, subscribe, FROM_THE_BEGINNING, m.team = a->team)

static size_t subscribe_from(struct matrix_aim *a, Slate__V1__Request *r, uint8_t *to)
{
    Slate__V1__Subscribe m = SLATE__V1__SUBSCRIBE__INIT;
    Slate__V1__Token token = SLATE__V1__TOKEN__INIT;
    Slate__V1__Token *tokens[] = {&token};

    token.contract = a->contract;
    token.has_seq = true;
    m.from = tokens;
    m.n_from = 1;
    r->subscribe = &m;
    return matrix_pack(r, to);
}

/* What asks for nothing but that a change be contained: of oneself, which everybody may. */
static size_t wait_for(const char *contract, Slate__V1__Request *r, uint8_t *to)
{
    Slate__V1__ListUsers m = SLATE__V1__LIST_USERS__INIT;
    Slate__V1__Token token = SLATE__V1__TOKEN__INIT;

    token.contract = (char *)contract;
    token.has_seq = true;
    token.seq = 1;
    r->min_token = &token;
    r->list_users = &m;
    return matrix_pack(r, to);
}

static size_t token_contract(struct matrix_aim *a, Slate__V1__Request *r, uint8_t *to)
{
    return wait_for(a->contract, r, to);
}

static size_t token_admin(struct matrix_aim *a, Slate__V1__Request *r, uint8_t *to)
{
    (void)a;
    return wait_for("", r, to);
}

/* --- the book --------------------------------------------------------------------------------- */

#define OF_NOBODY \
    "calendars: [{name: unused, zone: Etc/UTC, week: [{days: [mon], open: [\"09:00-17:00\"]}]}]\n"
static char book[] =
    "calendars: [{name: always, zone: Etc/UTC, week: [{days: [mon, tue, wed, thu, fri, sat, sun],\n"
    "  open: [\"00:00-24:00\"]}]}]\n"
    "parties: [{name: we}, {name: you}]\n"
    "teams: [{name: one, party: you}]\n"
    "contracts: [{name: it, key: IT, buyer: we, vendor: you, zone: Etc/UTC, hours: always,\n"
    "  teams: [{team: one}], default_team: one, priorities: [P1], targets: [{clock: resolution,\n"
    "  match: {}, within: 1h, calendar: hours}]}]\n";
static char scenario[] = "tickets: [{name: a, contract: it, opened: 2026-03-03T10:00}]\n";

MATRIX_PACK(shown_show, ShowBook, SHOW_BOOK, show_book)
MATRIX_PACK(shown_contracts, ShowBook, SHOW_BOOK, show_book, m.kind = SAID("contract"))
MATRIX_PACK(shown_calendars, ShowBook, SHOW_BOOK, show_book, m.kind = SAID("calendar"))
MATRIX_PACK(shown_contract, ShowBook, SHOW_BOOK, show_book, m.kind = SAID("contract"),
            m.name = a->contract)
MATRIX_PACK(shown_version, ShowBook, SHOW_BOOK, show_book, m.kind = SAID("contract"),
            m.name = a->contract, m.has_version = true, m.version = 1)
MATRIX_PACK(shown_calendar, ShowBook, SHOW_BOOK, show_book, m.kind = SAID("calendar"),
            m.name = a->calendar)
MATRIX_PACK(shown_team, ShowBook, SHOW_BOOK, show_book, m.kind = SAID("team"), m.name = a->team)
MATRIX_PACK(shown_party, ShowBook, SHOW_BOOK, show_book, m.kind = SAID("party"), m.name = a->party)
MATRIX_PACK(shown_source, ShowBook, SHOW_BOOK, show_book, m.kind = SAID("source"),
            m.name = SAID("crm"))
MATRIX_PACK(shown_of, ShowBook, SHOW_BOOK, show_book, m.contract = a->contract)
MATRIX_PACK(apply, ApplyBook, APPLY_BOOK, apply_book, m.text = a->book)
MATRIX_PACK(apply_dry, ApplyBook, APPLY_BOOK, apply_book, m.text = a->book, DRY)
MATRIX_PACK(apply_free, ApplyBook, APPLY_BOOK, apply_book, m.text = SAID(OF_NOBODY))
MATRIX_PACK(apply_wrong, ApplyBook, APPLY_BOOK, apply_book, m.text = SAID("contracts: 3\n"))
MATRIX_PACK(try_book, TryBook, TRY_BOOK, try_book, m.text = book, m.scenario = scenario)
MATRIX_PACK(propose, ProposeBook, PROPOSE_BOOK, propose_book, m.text = a->book)
MATRIX_PACK(propose_dry, ProposeBook, PROPOSE_BOOK, propose_book, m.text = a->book, DRY)
MATRIX_PACK(propose_free, ProposeBook, PROPOSE_BOOK, propose_book, m.text = SAID(OF_NOBODY))
#define WORD                                                              \
    m.has_proposal = true, m.proposal = a->proposal, m.has_sha256 = true, \
    m.sha256 = (ProtobufCBinaryData)                                      \
    {                                                                     \
        sizeof(a->sha256), a->sha256                                      \
    }
MATRIX_PACK(approve, ApproveBook, APPROVE_BOOK, approve_book, WORD)
MATRIX_PACK(withdraw, ApproveBook, APPROVE_BOOK, approve_book, WORD,
            m.has_withdraw = m.withdraw = true)
MATRIX_PACK(proposals, ListProposals, LIST_PROPOSALS, list_proposals)
MATRIX_PACK(proposals_all, ListProposals, LIST_PROPOSALS, list_proposals, m.has_all = m.all = true)
MATRIX_PACK(proposals_of, ListProposals, LIST_PROPOSALS, list_proposals, m.contract = a->contract)

/* --- the chains ------------------------------------------------------------------------------- */

MATRIX_PACK(export, ExportJournal, EXPORT_JOURNAL, export_journal, m.contract = a->contract)
MATRIX_PACK(export_texts, ExportJournal, EXPORT_JOURNAL, export_journal, m.contract = a->contract,
            m.has_texts = m.texts = true)
MATRIX_PACK(heads, ShowHead, SHOW_HEAD, show_head)
MATRIX_PACK(head_of, ShowHead, SHOW_HEAD, show_head, m.contract = a->contract)
/* Of no head that there is: what is refused for that alone was allowed. */
MATRIX_PACK(countersign, Countersign, COUNTERSIGN, countersign, m.contract = a->contract,
            m.has_seq = true, m.seq = 1, m.has_sha256 = m.has_signature = true,
            m.has_certificate = true, m.sha256 = (ProtobufCBinaryData){32, a->sha256},
            m.signature = (ProtobufCBinaryData){32, a->sha256},
            m.certificate = (ProtobufCBinaryData){32, a->sha256})
MATRIX_PACK(access_log, ListAccess, LIST_ACCESS, list_access, ALL)
MATRIX_PACK(access_of, ListAccess, LIST_ACCESS, list_access, m.contract = a->contract)
MATRIX_PACK(access_actor, ListAccess, LIST_ACCESS, list_access, m.actor = a->user)
#define PERSON m.requester = SAID("words"), r->reason = SAID("on request")
MATRIX_PACK(erase_person, EraseTexts, ERASE_TEXTS, erase_texts, PERSON)
MATRIX_PACK(erase_person_dry, EraseTexts, ERASE_TEXTS, erase_texts, PERSON, DRY)
MATRIX_PACK(erase_person_of, EraseTexts, ERASE_TEXTS, erase_texts, PERSON, m.contract = a->contract)

/* --- users ------------------------------------------------------------------------------------ */

static char *roles[] = {SAID("agent")};
static char *teams[] = {SAID("team-1")};

MATRIX_PACK(users, ListUsers, LIST_USERS, list_users, ALL)
MATRIX_PACK(user_of, ListUsers, LIST_USERS, list_users, m.name = a->user)
#define NEWCOMER \
    m.name = SAID("newcomer"), m.roles = roles, m.n_roles = 1, m.teams = teams, m.n_teams = 1
MATRIX_PACK(user_add, AddUser, ADD_USER, add_user, NEWCOMER)
#define SET(what) \
    m.name = a->user, m.has_action = true, m.action = SLATE__V1__USER_ACTION__USER_ACTION_##what
MATRIX_PACK(user_disable, SetUser, SET_USER, set_user, SET(DISABLE))
MATRIX_PACK(user_enable, SetUser, SET_USER, set_user, SET(ENABLE))
MATRIX_PACK(user_rotate, SetUser, SET_USER, set_user, SET(ROTATE))
MATRIX_PACK(user_vouch, SetUser, SET_USER, set_user, SET(VOUCH))
MATRIX_PACK(renew, RenewCertificate, RENEW_CERTIFICATE, renew_certificate, m.has_csr = true,
            m.csr = (ProtobufCBinaryData){32, a->sha256})

const struct matrix_operation matrix_other_operations[] = {
    {"new for the contract's default team", MATRIX_BY_GROUP, false, new_default},
    {"new for the team", MATRIX_BY_GROUP, false, new_team},
    {"new for the team --dry-run", MATRIX_BY_GROUP, false, new_dry},
    {"new for a team that does not exist", MATRIX_BY_GROUP, false, new_no_team},
    {"new from the column's source", MATRIX_BY_GROUP, false, new_source},
    {"new from one's own source", MATRIX_BY_GROUP, false, new_own_source},
    {"import", MATRIX_BY_GROUP, false, import},
    {"import --dry-run", MATRIX_BY_GROUP, false, import_dry},
    {"intake: the column's source opens one", MATRIX_BY_GROUP, false, intake_source},
    {"intake: one's own source opens one", MATRIX_BY_GROUP, false, intake_own},
    {"intake: one's own source is done before it began", MATRIX_BY_GROUP, false, intake_early},

    {"list", MATRIX_BY_TICKET, true, list},
    {"list --as-of", MATRIX_BY_TICKET, true, list_as_of},
    {"list --as-known", MATRIX_BY_TICKET, true, list_as_known},
    {"list --breached", MATRIX_BY_TICKET, true, list_breached},
    {"list --owner mate", MATRIX_BY_TICKET, true, list_mate},
    {"list --owner, by name", MATRIX_BY_USER, false, list_owner},
    {"list --contract", MATRIX_BY_CONTRACT, false, list_contract},
    {"list --team", MATRIX_BY_GROUP, false, list_team},
    {"breaches", MATRIX_BY_TICKET, true, breaches},
    {"breaches --as-of", MATRIX_BY_TICKET, true, breaches_as_of},
    {"breaches --as-known", MATRIX_BY_TICKET, true, breaches_known},
    {"breaches --contract", MATRIX_BY_CONTRACT, false, breaches_contract},
    {"breaches --vendor", MATRIX_BY_VENDOR, false, breaches_vendor},
    {"breaches --team", MATRIX_BY_GROUP, false, breaches_team},

    {"watch", MATRIX_BY_TICKET, true, subscribe},
    {"watch --contract", MATRIX_BY_CONTRACT, false, subscribe_contract},
    {"watch --team", MATRIX_BY_GROUP, false, subscribe_team},
    {"watch from a place in the contract's chain", MATRIX_BY_CONTRACT, false, subscribe_from},
    {"a change of the contract to wait for", MATRIX_BY_CONTRACT, false, token_contract},
    {"a change of the administration to wait for", MATRIX_ONCE, false, token_admin},

    {"book show", MATRIX_BY_CONTRACT, true, shown_show},
    {"book show contract", MATRIX_BY_CONTRACT, true, shown_contracts},
    {"book show calendar", MATRIX_BY_CONTRACT, true, shown_calendars},
    {"book show contract NAME", MATRIX_BY_CONTRACT, false, shown_contract},
    {"book show contract NAME --version", MATRIX_BY_CONTRACT, false, shown_version},
    {"book show calendar NAME", MATRIX_BY_CONTRACT, false, shown_calendar},
    {"book show team NAME", MATRIX_BY_GROUP, false, shown_team},
    {"book show party NAME", MATRIX_BY_VENDOR, false, shown_party},
    {"book show source crm", MATRIX_ONCE, false, shown_source},
    {"book show --contract", MATRIX_BY_CONTRACT, false, shown_of},
    {"book apply, of what is agreed", MATRIX_BY_CONTRACT, false, apply},
    {"book apply --dry-run, of what is agreed", MATRIX_BY_CONTRACT, false, apply_dry},
    {"book apply, of what is nobody's", MATRIX_ONCE, false, apply_free},
    {"book apply, of what is no book", MATRIX_ONCE, false, apply_wrong},
    {"book try", MATRIX_ONCE, false, try_book},
    {"book propose", MATRIX_BY_CONTRACT, false, propose},
    {"book propose --dry-run", MATRIX_BY_CONTRACT, false, propose_dry},
    {"book propose, of what is nobody's", MATRIX_ONCE, false, propose_free},
    {"book approve", MATRIX_BY_CONTRACT, false, approve},
    {"book withdraw", MATRIX_BY_CONTRACT, false, withdraw},
    {"book proposals", MATRIX_BY_CONTRACT, true, proposals},
    {"book proposals --all", MATRIX_BY_CONTRACT, true, proposals_all},
    {"book proposals --contract", MATRIX_BY_CONTRACT, false, proposals_of},

    {"journal export", MATRIX_BY_CONTRACT, false, export},
    {"journal export --texts", MATRIX_BY_CONTRACT, false, export_texts},
    {"journal head", MATRIX_BY_CONTRACT, true, heads},
    {"journal head CONTRACT", MATRIX_BY_CONTRACT, false, head_of},
    {"journal countersign, of no head that there is", MATRIX_BY_CONTRACT, false, countersign},
    {"access", MATRIX_BY_CONTRACT, true, access_log},
    {"access --contract", MATRIX_BY_CONTRACT, false, access_of},
    {"access --by", MATRIX_BY_USER, false, access_actor},
    {"erase by requester", MATRIX_ONCE, false, erase_person},
    {"erase by requester --dry-run", MATRIX_ONCE, false, erase_person_dry},
    {"erase by requester --contract", MATRIX_BY_CONTRACT, false, erase_person_of},

    {"user list", MATRIX_BY_USER, true, users},
    {"user list NAME", MATRIX_BY_USER, false, user_of},
    {"user add", MATRIX_ONCE, false, user_add},
    {"user disable", MATRIX_BY_USER, false, user_disable},
    {"user enable", MATRIX_BY_USER, false, user_enable},
    {"user rotate, where no certificates are given out", MATRIX_BY_USER, false, user_rotate},
    {"user vouch", MATRIX_BY_USER, false, user_vouch},
    {"renew, where no certificates are given out", MATRIX_ONCE, false, renew},
};
const size_t matrix_n_other_operations = sizeof(matrix_other_operations) /
                                         sizeof(matrix_other_operations[0]);
