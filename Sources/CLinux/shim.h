// Linux interfaces that Swift's Glibc module leaves out: epoll(7), eventfd(2), getrandom(2), and calls that
// their headers declare only under _GNU_SOURCE, which that module is built without. sys/socket.h is
// not included, lest its constants belong to this module instead of Glibc's.
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>

struct sockaddr;

int accept4(int descriptor, struct sockaddr *address, unsigned int *length, int flags);
int pthread_setname_np(unsigned long thread, const char *name);
