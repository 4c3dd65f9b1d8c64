// SPDX-License-Identifier: Apache-2.0
/*
 * Operations on one ticket, aimed at the ticket of each column.
 */
#include <string.h>

#include "matrix.h"
#include "t.h"

size_t matrix_pack(Slate__V1__Request *r, uint8_t *to)
{
    Slate__V1__Envelope e = SLATE__V1__ENVELOPE__INIT;

    e.request = r;
    T_CHECK(slate__v1__envelope__get_packed_size(&e) <= MATRIX_FRAME_BYTES);
    return slate__v1__envelope__pack(&e, to);
}

#define TICKET m.ticket = a->ticket
#define AS_OF  r->has_as_of = true, r->as_of = a->now_at
#define KNOWN  r->has_as_known = true, r->as_known = a->now_at
#define DRY    r->has_dry_run = r->dry_run = true

/* --- looking ---------------------------------------------------------------------------------- */

MATRIX_PACK(show, ShowTicket, SHOW_TICKET, show_ticket, TICKET)
MATRIX_PACK(show_as_of, ShowTicket, SHOW_TICKET, show_ticket, TICKET, AS_OF)
MATRIX_PACK(show_as_known, ShowTicket, SHOW_TICKET, show_ticket, TICKET, KNOWN)
MATRIX_PACK(show_log, ShowLog, SHOW_LOG, show_log, TICKET)
MATRIX_PACK(explain, Explain, EXPLAIN, explain, TICKET)
MATRIX_PACK(explain_as_of, Explain, EXPLAIN, explain, TICKET, AS_OF)
MATRIX_PACK(explain_as_known, Explain, EXPLAIN, explain, TICKET, KNOWN)
MATRIX_PACK(split, SplitClock, SPLIT_CLOCK, split_clock, TICKET)
MATRIX_PACK(split_as_of, SplitClock, SPLIT_CLOCK, split_clock, TICKET, AS_OF)

/* --- working ---------------------------------------------------------------------------------- */

static char *words[] = {SAID("word")};

MATRIX_PACK(take, TakeTicket, TAKE_TICKET, take_ticket, TICKET)
MATRIX_PACK(steal, TakeTicket, TAKE_TICKET, take_ticket, TICKET, m.has_steal = m.steal = true)
MATRIX_PACK(steal_dry, TakeTicket, TAKE_TICKET, take_ticket, TICKET, m.has_steal = m.steal = true,
            DRY)
MATRIX_PACK(release, ReleaseTicket, RELEASE_TICKET, release_ticket, TICKET)
MATRIX_PACK(acknowledge, AcknowledgeTicket, ACKNOWLEDGE_TICKET, acknowledge_ticket, TICKET)
MATRIX_PACK(reply, AddMessage, ADD_MESSAGE, add_message, TICKET, m.body = SAID("words"),
            m.has_visibility = true, m.visibility = SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC)
MATRIX_PACK(reply_hold, AddMessage, ADD_MESSAGE, add_message, TICKET, m.body = SAID("words"),
            m.hold = SAID("ask"), m.has_visibility = true,
            m.visibility = SLATE__V1__VISIBILITY__VISIBILITY_PUBLIC)
MATRIX_PACK(note, AddMessage, ADD_MESSAGE, add_message, TICKET, m.body = SAID("words"),
            m.has_visibility = true, m.visibility = SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL)
MATRIX_PACK(note_dry, AddMessage, ADD_MESSAGE, add_message, TICKET, m.body = SAID("words"),
            m.has_visibility = true, m.visibility = SLATE__V1__VISIBILITY__VISIBILITY_INTERNAL, DRY)
MATRIX_PACK(hold, HoldTicket, HOLD_TICKET, hold_ticket, TICKET, m.reason = SAID("ask"))
MATRIX_PACK(resume, ResumeTicket, RESUME_TICKET, resume_ticket, TICKET)
MATRIX_PACK(resolve, ResolveTicket, RESOLVE_TICKET, resolve_ticket, TICKET)
MATRIX_PACK(resolve_saying, ResolveTicket, RESOLVE_TICKET, resolve_ticket, TICKET,
            m.message = SAID("words"))
MATRIX_PACK(resolve_dry, ResolveTicket, RESOLVE_TICKET, resolve_ticket, TICKET, DRY)
MATRIX_PACK(close_it, CloseTicket, CLOSE_TICKET, close_ticket, TICKET)
MATRIX_PACK(reopen, ReopenTicket, REOPEN_TICKET, reopen_ticket, TICKET)
MATRIX_PACK(tag, TagTicket, TAG_TICKET, tag_ticket, TICKET, m.tags = words, m.n_tags = 1)
MATRIX_PACK(untag, TagTicket, TAG_TICKET, tag_ticket, TICKET, m.tags = words, m.n_tags = 1,
            m.has_remove = m.remove = true)
MATRIX_PACK(edit_subject, EditTicket, EDIT_TICKET, edit_ticket, TICKET, m.subject = SAID("words"))
MATRIX_PACK(edit_category, EditTicket, EDIT_TICKET, edit_ticket, TICKET, m.category = SAID("other"))
MATRIX_PACK(raise_it, SetPriority, SET_PRIORITY, set_priority, TICKET, m.priority = SAID("P0"))
MATRIX_PACK(lower_it, SetPriority, SET_PRIORITY, set_priority, TICKET, m.priority = SAID("P2"))

/* --- leading ---------------------------------------------------------------------------------- */

static bool vistulas(const struct matrix_aim *a)
{
    return a->group == MATRIX_RIVAL || a->group == MATRIX_FAR;
}

MATRIX_PACK(assign, AssignTicket, ASSIGN_TICKET, assign_ticket, TICKET, m.assignee = a->worker)
MATRIX_PACK(assign_strange, AssignTicket, ASSIGN_TICKET, assign_ticket, TICKET,
            m.assignee = SAID(vistulas(a) ? "chief" : "others-chief"))
MATRIX_PACK(assign_none, AssignTicket, ASSIGN_TICKET, assign_ticket, TICKET,
            m.assignee = SAID("who-is-not"))
MATRIX_PACK(transfer, TransferTicket, TRANSFER_TICKET, transfer_ticket, TICKET, m.team = a->to_team)
MATRIX_PACK(transfer_strange, TransferTicket, TRANSFER_TICKET, transfer_ticket, TICKET,
            m.team = SAID(a->group == MATRIX_RIVAL ? "team-8" : "team-4"))
MATRIX_PACK(merge, MergeTicket, MERGE_TICKET, merge_ticket, TICKET, m.into = a->same_team)
MATRIX_PACK(merge_dry, MergeTicket, MERGE_TICKET, merge_ticket, TICKET, m.into = a->same_team, DRY)
MATRIX_PACK(merge_other, MergeTicket, MERGE_TICKET, merge_ticket, TICKET, m.into = a->other_team)
MATRIX_PACK(merge_none, MergeTicket, MERGE_TICKET, merge_ticket, TICKET, m.into = a->none)
MATRIX_PACK(merge_strange, MergeTicket, MERGE_TICKET, merge_ticket, TICKET, m.into = a->strange)
#define LINK TICKET, m.has_kind = true, m.kind = SLATE__V1__LINK_KIND__LINK_KIND_BLOCKS
MATRIX_PACK(link_it, LinkTicket, LINK_TICKET, link_ticket, LINK, m.other = a->same_team)
MATRIX_PACK(link_other, LinkTicket, LINK_TICKET, link_ticket, LINK, m.other = a->other_team)
MATRIX_PACK(link_none, LinkTicket, LINK_TICKET, link_ticket, LINK, m.other = a->none)
MATRIX_PACK(link_strange, LinkTicket, LINK_TICKET, link_ticket, LINK, m.other = a->strange)
MATRIX_PACK(unlink_it, LinkTicket, LINK_TICKET, link_ticket, LINK, m.other = a->same_team,
            m.has_remove = m.remove = true)

/* --- erasing ---------------------------------------------------------------------------------- */

#define REASON r->reason = SAID("on request")
MATRIX_PACK(erase, EraseTexts, ERASE_TEXTS, erase_texts, TICKET, REASON)
MATRIX_PACK(erase_dry, EraseTexts, ERASE_TEXTS, erase_texts, TICKET, REASON, DRY)
MATRIX_PACK(erase_message, EraseTexts, ERASE_TEXTS, erase_texts, TICKET, REASON,
            m.has_message = true, m.message = 1)
MATRIX_PACK(erase_no_message, EraseTexts, ERASE_TEXTS, erase_texts, TICKET, REASON,
            m.has_message = true, m.message = 99)

/* --- what a source says of it ----------------------------------------------------------------- */

#define LINE                                                               \
    m.contract = a->contract, m.source = a->source, m.source_key = a->key, \
    m.line_id = SAID("again"), m.has_action = true
#define SAYS(what) LINE, m.action = SLATE__V1__INTAKE_ACTION__INTAKE_ACTION_##what
MATRIX_PACK(intake_again, Intake, INTAKE, intake, SAYS(OPEN), m.subject = SAID("words"))
MATRIX_PACK(intake_update, Intake, INTAKE, intake, SAYS(UPDATE), m.category = SAID("other"))
MATRIX_PACK(intake_message, Intake, INTAKE, intake, SAYS(MESSAGE), m.body = SAID("words"))
MATRIX_PACK(intake_hold, Intake, INTAKE, intake, SAYS(HOLD), m.hold_reason = SAID("ask"))
MATRIX_PACK(intake_resume, Intake, INTAKE, intake, SAYS(RESUME))
MATRIX_PACK(intake_resolve, Intake, INTAKE, intake, SAYS(RESOLVE))
/* In the contract that they may feed, by the key of somebody else's ticket. */
MATRIX_PACK(intake_key, Intake, INTAKE, intake, SAYS(MESSAGE), m.body = SAID("words"),
            m.contract = SAID("home"), m.source = a->own)
MATRIX_PACK(intake_open_key, Intake, INTAKE, intake, SAYS(OPEN), m.subject = SAID("words"),
            m.contract = SAID("home"), m.source = a->own)

/* The key is taken. */
MATRIX_PACK(new_key, NewTicket, NEW_TICKET, new_ticket, m.contract = a->contract, m.team = a->team,
            m.subject = SAID("words"), m.source = a->source, m.source_key = a->key)
MATRIX_PACK(new_key_own, NewTicket, NEW_TICKET, new_ticket, m.contract = SAID("home"),
            m.team = SAID("team-1"), m.subject = SAID("words"), m.source = a->source,
            m.source_key = a->key)
MATRIX_PACK(import_key, ImportTicket, IMPORT_TICKET, import_ticket, m.contract = a->contract,
            m.team = a->team, m.subject = SAID("words"), m.source = a->source,
            m.source_key = a->key, m.has_opened_at = true, m.opened_at = a->now_at)

#define TICKETS(name, pack)                 \
    {                                       \
        name, MATRIX_BY_TICKET, false, pack \
    }

const struct matrix_operation matrix_ticket_operations[] = {
    TICKETS("show", show),
    TICKETS("show --as-of", show_as_of),
    TICKETS("show --as-known", show_as_known),
    TICKETS("log", show_log),
    TICKETS("explain", explain),
    TICKETS("explain --as-of", explain_as_of),
    TICKETS("explain --as-known", explain_as_known),
    TICKETS("split", split),
    TICKETS("split --as-of", split_as_of),
    TICKETS("take", take),
    TICKETS("take --steal", steal),
    TICKETS("take --steal --dry-run", steal_dry),
    TICKETS("release", release),
    TICKETS("ack", acknowledge),
    TICKETS("reply", reply),
    TICKETS("reply --hold", reply_hold),
    TICKETS("note", note),
    TICKETS("note --dry-run", note_dry),
    TICKETS("hold", hold),
    TICKETS("resume", resume),
    TICKETS("resolve", resolve),
    TICKETS("resolve --message", resolve_saying),
    TICKETS("resolve --dry-run", resolve_dry),
    TICKETS("close", close_it),
    TICKETS("reopen", reopen),
    TICKETS("tag", tag),
    TICKETS("tag --remove", untag),
    TICKETS("edit the subject", edit_subject),
    TICKETS("edit the category", edit_category),
    TICKETS("priority, higher", raise_it),
    TICKETS("priority, lower", lower_it),
    TICKETS("assign to who works there", assign),
    TICKETS("assign to somebody of the other vendor", assign_strange),
    TICKETS("assign to nobody there is", assign_none),
    TICKETS("transfer to the contract's other team", transfer),
    TICKETS("transfer to a team of another contract", transfer_strange),
    TICKETS("merge into one of its team", merge),
    TICKETS("merge into one of its team --dry-run", merge_dry),
    TICKETS("merge into one of the other team", merge_other),
    TICKETS("merge into one that does not exist", merge_none),
    TICKETS("merge into one of another contract", merge_strange),
    TICKETS("link to one of its team", link_it),
    TICKETS("link to one of the other team", link_other),
    TICKETS("link to one that does not exist", link_none),
    TICKETS("link to one of another contract", link_strange),
    TICKETS("link --remove", unlink_it),
    TICKETS("erase the ticket", erase),
    TICKETS("erase the ticket --dry-run", erase_dry),
    TICKETS("erase one message", erase_message),
    TICKETS("erase a message that does not exist", erase_no_message),
    TICKETS("intake: its source opens it again", intake_again),
    TICKETS("intake: its source says what is new", intake_update),
    TICKETS("intake: its source has a message", intake_message),
    TICKETS("intake: its source has it wait", intake_hold),
    TICKETS("intake: its source has it go on", intake_resume),
    TICKETS("intake: its source says it is done", intake_resolve),
    TICKETS("intake: a message of one's own source for its key, in home", intake_key),
    TICKETS("intake: one's own source opens its key, in home", intake_open_key),
    TICKETS("new with its key, in its contract and team", new_key),
    TICKETS("new with its key, in home for team-1", new_key_own),
    TICKETS("import with its key", import_key),
};
const size_t matrix_n_ticket_operations = sizeof(matrix_ticket_operations) /
                                          sizeof(matrix_ticket_operations[0]);
