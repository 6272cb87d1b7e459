/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#define LOOK_AGAIN (100 * NSEC_PER_MSEC)

static atomic_bool interrupted;

/* A source sees signals that are ignored; one that is not would end the program. */
static void
watch (int number, dispatch_queue_t queue, void (^handler) (void))
{
  dispatch_source_t source =
    dispatch_source_create (DISPATCH_SOURCE_TYPE_SIGNAL, (uintptr_t) number, 0, queue);

  signal (number, SIG_IGN);
  dispatch_source_set_event_handler (source, handler);
  dispatch_resume (source); /* stays as long as the program */
}

void
interrupt_watch (dispatch_queue_t queue, void (^handler) (void))
{
  watch (SIGINT, queue, handler);
  watch (SIGTERM, queue, handler);
  watch (SIGHUP, queue, handler);
}

void
interrupt_note (void)
{
  interrupt_watch (dispatch_get_global_queue (QOS_CLASS_DEFAULT, 0), ^{
    atomic_store (&interrupted, true);
  });
}

bool
was_interrupted (void)
{
  return atomic_load (&interrupted);
}

bool
wait_for (dispatch_semaphore_t done)
{
  while (dispatch_semaphore_wait (done, dispatch_time (DISPATCH_TIME_NOW, LOOK_AGAIN)) != 0)
    if (was_interrupted ())
      return false;
  return true;
}

bool
wait_at_most (dispatch_semaphore_t done, int seconds)
{
  dispatch_time_t end = dispatch_time (DISPATCH_TIME_NOW, seconds * (int64_t) NSEC_PER_SEC);

  return dispatch_semaphore_wait (done, end) == 0;
}
