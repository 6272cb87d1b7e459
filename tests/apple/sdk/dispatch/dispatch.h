/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs use of Apple's <dispatch/dispatch.h>. */
#ifndef SDK_DISPATCH_DISPATCH_H
#define SDK_DISPATCH_DISPATCH_H
#include <stdint.h>
typedef void (^dispatch_block_t) (void);
typedef struct dispatch_queue_s *dispatch_queue_t;
typedef struct dispatch_queue_attr_s *dispatch_queue_attr_t;
typedef struct dispatch_semaphore_s *dispatch_semaphore_t;
typedef struct dispatch_source_s *dispatch_source_t;
typedef const struct dispatch_source_type_s *dispatch_source_type_t;
/* Apple's is a transparent union of all of them. */
typedef union {
  dispatch_queue_t queue;
  dispatch_semaphore_t semaphore;
  dispatch_source_t source;
} dispatch_object_t __attribute__ ((transparent_union));
typedef uint64_t dispatch_time_t;
extern const struct dispatch_source_type_s _dispatch_source_type_signal;
#define DISPATCH_SOURCE_TYPE_SIGNAL (&_dispatch_source_type_signal)
#define DISPATCH_QUEUE_SERIAL ((dispatch_queue_attr_t) 0)
#define DISPATCH_TIME_NOW (0ull)
#define NSEC_PER_SEC 1000000000ull
#define NSEC_PER_MSEC 1000000ull
#define QOS_CLASS_DEFAULT 0x15
dispatch_queue_t dispatch_queue_create (const char *label, dispatch_queue_attr_t attributes);
dispatch_queue_t dispatch_get_global_queue (intptr_t identifier, uintptr_t flags);
dispatch_queue_t dispatch_get_main_queue (void);
void dispatch_async (dispatch_queue_t queue, dispatch_block_t block);
void dispatch_sync (dispatch_queue_t queue, dispatch_block_t block);
void dispatch_main (void) __attribute__ ((noreturn));
void dispatch_release (dispatch_object_t object);
void dispatch_resume (dispatch_object_t object);
dispatch_semaphore_t dispatch_semaphore_create (intptr_t value);
intptr_t dispatch_semaphore_signal (dispatch_semaphore_t semaphore);
intptr_t dispatch_semaphore_wait (dispatch_semaphore_t semaphore, dispatch_time_t timeout);
dispatch_source_t dispatch_source_create (dispatch_source_type_t type, uintptr_t handle,
                                          uintptr_t mask, dispatch_queue_t queue);
void dispatch_source_set_event_handler (dispatch_source_t source, dispatch_block_t handler);
dispatch_time_t dispatch_time (dispatch_time_t when, int64_t nanoseconds);
#endif
