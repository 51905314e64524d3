/*
 * How fast can librdkafka itself consume here? Reads partitions 0 to 2 of two topics from their first
 * record to their end, checks each batch's checksum as the gateway does, and looks at no value.
 */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { PARTITIONS = 3, BATCH = 10000 };
static const char *const topics[] = {"order-events", "inventory-events"};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void set(rd_kafka_conf_t *c, const char *k, const char *v) {
    char e[256];
    if (rd_kafka_conf_set(c, k, v, e, sizeof e) != RD_KAFKA_CONF_OK) {
        fprintf(stderr, "%s=%s: %s\n", k, v, e);
        exit(2);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: reader BROKERS\n");
        return 2;
    }
    char err[512];
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    set(c, "bootstrap.servers", argv[1]);
    set(c, "group.id", "reader");
    set(c, "enable.auto.commit", "false");
    set(c, "enable.partition.eof", "true");
    set(c, "check.crcs", "true");
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, c, err, sizeof err);
    if (!rk) {
        fprintf(stderr, "%s\n", err);
        return 1;
    }
    rd_kafka_poll_set_consumer(rk);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(2 * PARTITIONS);
    for (int i = 0; i < 2 * PARTITIONS; i++)
        rd_kafka_topic_partition_list_add(list, topics[i / PARTITIONS], i % PARTITIONS)->offset = 0;
    double begin = now(), last = begin;
    rd_kafka_assign(rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(rk);
    static rd_kafka_message_t *messages[BATCH];
    long count = 0, bytes = 0;
    int ended = 0;
    while (ended < 2 * PARTITIONS) {
        ssize_t n = rd_kafka_consume_batch_queue(queue, 5, messages, BATCH);
        if (n > 0) last = now();
        if (n < 0 || now() - last > 15) {
            fprintf(stderr, "nothing comes any more after %ld messages\n", count);
            return 1;
        }
        for (ssize_t i = 0; i < n; i++) {
            if (messages[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ended++;
            else if (messages[i]->err) fprintf(stderr, "%s\n", rd_kafka_message_errstr(messages[i]));
            else count++, bytes += messages[i]->len;
            rd_kafka_message_destroy(messages[i]);
        }
    }
    double d = now() - begin;
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    double used = r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
    printf("%ld messages in %.3f s = %.0f messages/s (%.1f MB/s); cpu %.2f us a message\n", count, d,
           count / d, bytes / d / 1e6, count ? used / count * 1e6 : 0.0);
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    return 0;
}
