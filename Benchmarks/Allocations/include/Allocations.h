#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdint.h>

/// How often this process has asked for memory so far: malloc(3), calloc(3), realloc(3) and
/// aligned_alloc(3), whoever asked.
uint64_t allocations_count(void);

#endif
