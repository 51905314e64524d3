// Linux interfaces that Swift's Glibc module leaves out: epoll(7), eventfd(2), getrandom(2), and calls that
// their headers declare only under _GNU_SOURCE, which that module is built without. sys/socket.h is
// not included, lest its constants belong to this module instead of Glibc's.
#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>

struct sockaddr;

int accept4(int descriptor, struct sockaddr *address, unsigned int *length, int flags);
// fcntl is variadic, which Swift cannot call.
static inline int clinux_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -1;
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

static inline int clinux_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

int pthread_setname_np(unsigned long thread, const char *name);
// Starts a thread that nobody joins; returns 0 or an error number (pthread_create(3)). The name is shown
// by debuggers and top(1), and has at most 15 bytes.
static inline int clinux_start_thread(const char *name, void *(*body)(void *), void *context) {
    pthread_t thread;
    int result = pthread_create(&thread, 0, body, context);
    if (result != 0) return result;
    pthread_setname_np(thread, name);
    return pthread_detach(thread);
}

int sched_getaffinity(int process, unsigned long bytes, void *mask);
// Under a name of its own: Glibc's module may have the call with another type.
static inline int clinux_affinity(void *mask, unsigned long bytes) {
    return sched_getaffinity(0, bytes, mask);
}

// For tests; the actions are a posix_spawn_file_actions_t, which belongs to Glibc's module.
int posix_spawn_file_actions_addclosefrom_np(void *actions, int first);

// For tests as well (unshare(2)).
int unshare(int flags);
