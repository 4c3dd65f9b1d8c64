// SPDX-License-Identifier: Apache-2.0
#include "core/command.h"

#include "core/instant.h"

struct command command_about(enum command_kind kind, uint32_t contract, uint64_t ticket, int64_t at)
{
    return (struct command){
        .kind = kind,
        .at = at,
        .claimed_at = INSTANT_NONE,
        .contract = contract,
        .ticket = ticket,
        .priority = "",
        .function = "",
        .category = "",
        .customer_tier = "",
        .language = "",
        .team = "",
        .source = "",
        .source_key = "",
        .channel = "",
        .reason = "",
        .kept_resolve_at = INSTANT_NONE,
        .opened_at = INSTANT_NONE,
        .cutover_at = INSTANT_NONE,
    };
}
