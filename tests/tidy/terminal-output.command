as: client/cmd_ticket.c
// SPDX-License-Identifier: Apache-2.0
static void show(const struct slate_ticket *t)
{
    printf("%s\n", t->subject);
}
