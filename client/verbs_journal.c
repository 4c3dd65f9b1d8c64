// SPDX-License-Identifier: Apache-2.0
/*
 * The verbs of evidence. Names and options are permanent: scripts stand on them.
 */
#include "client/rows.h"
#include "client/verb.h"

static const struct verb all[] = {
    {
        .name = "journal head",
        .usage = "[--contract NAME]",
        .summary = "how far the journals of contracts are, and who signed for it",
        .examples = "  slate journal head\n"
                    "  slate journal head --contract acme-l1 --json\n",
        .rows = {&rows_journal_head},
        .options = {OPTION_CONTRACT},
        .run = cmd_journal_head,
    },
    {
        .name = "journal export",
        .usage = "--contract NAME --out FILE [--texts] [--from-seq N] [--to-seq N] [--reason WHY]",
        .summary = "a contract's whole journal as a file that proves itself",
        .examples = "  slate journal export --contract acme-l1 --out acme-l1.journal\n"
                    "  slate journal export --contract acme-l1 --texts --out all.journal\n",
        .notes =
            "FILE must be new, and only you can read it. docs/journal.md describes it. Verdicts "
            "can be\n"
            "computed anew only from one that begins with entry 1. An export is recorded, with "
            "--reason.\n",
        .options = {OPTION_CONTRACT, OPTION_OUT, OPTION_TEXTS, OPTION_FROM_SEQ, OPTION_TO_SEQ,
                    OPTION_REASON},
        .run = cmd_journal_export,
    },
    {
        .name = "journal countersign",
        .usage = "--contract NAME [--seq N --head HEX] [--out FILE] [--yes]",
        .summary = "sign how far a contract's journal is, for your party",
        .examples = "  slate journal countersign --contract acme-l1\n"
                    "  slate journal countersign --contract acme-l1 --out acme-l1.receipt --yes\n",
        .notes =
            "Signed is the newest entry with its hash, and so all in front of it; or the entry "
            "of --seq,\n"
            "whose hash an export told. --out keeps a receipt: with it, slate journal verify "
            "finds out\n"
            "whether anything was changed afterwards.\n",
        .rows = {&rows_journal_head},
        .options = {OPTION_CONTRACT, OPTION_SEQ, OPTION_HEAD, OPTION_OUT, OPTION_YES,
                    OPTION_REQUEST_ID},
        .run = cmd_journal_countersign,
    },
    {
        .name = "journal verify",
        .usage = "FILE [--head HEX --seq N] [--receipt FILE] [--ca FILE]",
        .summary = "whether an exported journal holds, without a server",
        .examples =
            "  slate journal verify acme-l1.journal\n"
            "  slate journal verify acme-l1.journal --receipt acme-l1.receipt --ca ca.pem\n",
        .notes = "Checks every hash, commitment, version and signature, and computes every verdict "
                 "anew from\n"
                 "the file alone. The exit code is 1 where something does not hold, and what, and "
                 "where, is\n"
                 "said; 6 where a file begins behind entry 1, so that verdicts are not computed.\n",
        .options = {OPTION_HEAD, OPTION_SEQ, OPTION_RECEIPT, OPTION_CA},
        .args_min = 1,
        .args_max = 1,
        .run = cmd_journal_verify,
    },
};

const struct verb_group verbs_journal = {"Evidence", all, sizeof(all) / sizeof(all[0])};
