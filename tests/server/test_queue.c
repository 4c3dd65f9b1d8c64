// SPDX-License-Identifier: Apache-2.0
#include "queue.h"

#include <stdlib.h>

#include "t.h"

enum { PRODUCERS = 4, EACH = 20000 };

struct numbered {
    struct queue_item item;
    int producer;
};

T_TEST(queue, takes_in_order_and_no_more_than_asked)
{
    struct queue q;
    struct numbered items[5];
    T_EQ_INT(queue_init(&q), 0);
    for (int i = 0; i < 5; i++) {
        items[i].item.at = i;
        queue_push(&q, &items[i].item);
    }
    T_EQ_INT(queue_length(&q), 5);
    struct queue_item *first = queue_take(&q, 3, 0);
    T_EQ_INT(first->at, 0);
    T_EQ_INT(first->next->next->at, 2);
    T_CHECK(first->next->next->next == NULL);
    first = queue_take(&q, 100, 0);
    T_EQ_INT(first->at, 3);
    T_EQ_INT(first->next->at, 4);
    T_CHECK(queue_take(&q, 100, 0) == NULL);
    queue_push(&q, &items[0].item);
    T_CHECK(queue_take(&q, 1, 0) == &items[0].item, "usable after it was empty");
    queue_fini(&q);
}

T_TEST(queue, the_horizon_waits_for_what_is_on_its_way)
{
    struct queue q;
    struct numbered a = {.item = {NULL, 50}};
    T_EQ_INT(queue_init(&q), 0);
    T_EQ_INT(queue_horizon(&q, 100), 100, "nothing on its way");
    queue_hold(&q, 0, 40);
    queue_hold(&q, 1, 70);
    T_EQ_INT(queue_horizon(&q, 100), 40);
    queue_release(&q, 0, &a.item);
    T_EQ_INT(queue_horizon(&q, 100), 50, "it is in the queue, not taken yet");
    T_CHECK(queue_take(&q, 10, 0) == &a.item);
    T_EQ_INT(queue_horizon(&q, 100), 70);
    queue_release(&q, 1, NULL);
    T_EQ_INT(queue_horizon(&q, 100), 100);
    queue_fini(&q);
}

struct producing {
    struct queue *q;
    int producer;
    struct numbered *items;
};

static void *produce(void *arg)
{
    struct producing *p = arg;
    for (int i = 0; i < EACH; i++) {
        queue_hold(p->q, (unsigned)p->producer, i);
        p->items[i].producer = p->producer;
        p->items[i].item.at = i;
        p->items[i].item.next = NULL;
        queue_release(p->q, (unsigned)p->producer, &p->items[i].item);
    }
    return NULL;
}

T_TEST(queue, many_producers_lose_nothing_and_keep_each_ones_order)
{
    struct queue q;
    struct producing args[PRODUCERS];
    pthread_t threads[PRODUCERS];
    int64_t next[PRODUCERS] = {0};
    int taken = 0;
    int disorder = 0;

    T_EQ_INT(queue_init(&q), 0);
    for (int i = 0; i < PRODUCERS; i++) {
        args[i].q = &q;
        args[i].producer = i;
        args[i].items = calloc(EACH, sizeof(struct numbered));
        T_EQ_INT(pthread_create(&threads[i], NULL, produce, &args[i]), 0);
    }
    while (taken < PRODUCERS * EACH) {
        for (struct queue_item *i = queue_take(&q, 512, 1000000); i != NULL; i = i->next) {
            struct numbered *n = (struct numbered *)i;
            disorder += n->item.at != next[n->producer]++;
            taken++;
        }
    }
    for (int i = 0; i < PRODUCERS; i++) {
        pthread_join(threads[i], NULL);
        free(args[i].items);
    }
    T_EQ_INT(disorder, 0);
    T_EQ_INT(queue_length(&q), 0);
    queue_fini(&q);
}
