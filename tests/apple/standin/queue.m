/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The part of libdispatch that the programs use. Each serial queue has a thread, each block on the
 * global queue too. */

#import "standin.h"

#include <Block.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Item {
  struct Item *next;
  dispatch_block_t block;
  dispatch_semaphore_t done; /* of dispatch_sync () */
} Item;

typedef enum { QUEUE, SEMAPHORE, SOURCE } Kind;

struct dispatch_queue_s {
  Kind kind;
  const char *label;
  BOOL is_global;
  int references;
  Item *first, **last;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
};

struct dispatch_semaphore_s {
  Kind kind;
  intptr_t value;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
};

static struct dispatch_queue_s main_queue = {
  QUEUE, "main", NO, 1, NULL, &main_queue.first, PTHREAD_MUTEX_INITIALIZER,
  PTHREAD_COND_INITIALIZER,
};
static struct dispatch_queue_s global_queue = {
  QUEUE, "any", YES, 1, NULL, &global_queue.first, PTHREAD_MUTEX_INITIALIZER,
  PTHREAD_COND_INITIALIZER,
};
/* NULL on the main thread, which is that of the main queue. */
static _Thread_local dispatch_queue_t here;

dispatch_queue_t
current_queue (void)
{
  return here != NULL ? here : &main_queue;
}

const char *
queue_label (dispatch_queue_t queue)
{
  return queue->label;
}

dispatch_queue_t
dispatch_get_main_queue (void)
{
  return &main_queue;
}

dispatch_queue_t
dispatch_get_global_queue (intptr_t identifier, uintptr_t flags)
{
  return &global_queue;
}

/* ---- Running blocks ------------------------------------------------------------------------- */

static void
run_item (Item *item)
{
  NSAutoreleasePool *pool = [[NSAutoreleasePool alloc] init];

  item->block ();
  [pool drain];
  Block_release (item->block);
  if (item->done != NULL)
    dispatch_semaphore_signal (item->done);
  free (item);
}

static atomic_int running; /* on the global queue */

static void *
run_one (void *item)
{
  here = &global_queue;
  GSRegisterCurrentThread ();
  run_item (item);
  GSUnregisterCurrentThread ();
  running--;
  return NULL;
}

void
settle (void)
{
  int own = here == &global_queue ? 1 : 0;

  for (int i = 0; i < 500 && running > own; i++)
    usleep (10000);
}

/* The next block; NULL when nobody has the queue any more, or *stop. */
static Item *
take (dispatch_queue_t queue, volatile BOOL *stop)
{
  Item *item;

  pthread_mutex_lock (&queue->mutex);
  while (queue->first == NULL && queue->references > 0 && !(stop != NULL && *stop))
    pthread_cond_wait (&queue->changed, &queue->mutex);
  item = stop != NULL && *stop ? NULL : queue->first;
  if (item != NULL)
    queue->first = item->next;
  if (queue->first == NULL)
    queue->last = &queue->first;
  pthread_mutex_unlock (&queue->mutex);
  return item;
}

static void *
run_queue (void *data)
{
  dispatch_queue_t queue = data;
  Item *item;

  here = queue;
  GSRegisterCurrentThread ();
  while ((item = take (queue, NULL)) != NULL)
    run_item (item);
  GSUnregisterCurrentThread ();
  free (queue);
  return NULL;
}

static void
start_thread (void *(*function) (void *), void *data)
{
  pthread_t thread;

  if (pthread_create (&thread, NULL, function, data) != 0)
    abort ();
  pthread_detach (thread);
}

void
serve_main_queue (volatile BOOL *stop)
{
  Item *item;

  while ((item = take (&main_queue, stop)) != NULL)
    run_item (item);
}

void
dispatch_main (void)
{
  volatile BOOL never = NO;

  if (here != NULL)
    raise_exception (@"dispatch_main () called on another thread than the main thread");
  serve_main_queue (&never);
  abort ();
}

static void
add (dispatch_queue_t queue, dispatch_block_t block, dispatch_semaphore_t done)
{
  Item *item = calloc (1, sizeof *item);

  item->block = Block_copy (block);
  item->done = done;
  if (queue->is_global)
    {
      running++;
      start_thread (run_one, item);
      return;
    }
  pthread_mutex_lock (&queue->mutex);
  *queue->last = item;
  queue->last = &item->next;
  pthread_cond_broadcast (&queue->changed);
  pthread_mutex_unlock (&queue->mutex);
}

void
dispatch_async (dispatch_queue_t queue, dispatch_block_t block)
{
  add (queue, block, NULL);
}

void
dispatch_sync (dispatch_queue_t queue, dispatch_block_t block)
{
  dispatch_semaphore_t done = dispatch_semaphore_create (0);

  if (queue == current_queue () && !queue->is_global)
    raise_exception (@"dispatch_sync () called on a queue already owned by this thread");
  add (queue, block, done);
  dispatch_semaphore_wait (done, UINT64_MAX);
  dispatch_release (done);
}

/* ---- Objects -------------------------------------------------------------------------------- */

dispatch_queue_t
dispatch_queue_create (const char *label, dispatch_queue_attr_t attributes)
{
  dispatch_queue_t queue = calloc (1, sizeof *queue);

  queue->label = label;
  queue->references = 1;
  queue->last = &queue->first;
  pthread_mutex_init (&queue->mutex, NULL);
  pthread_cond_init (&queue->changed, NULL);
  start_thread (run_queue, queue);
  return queue;
}

void
queue_retain (dispatch_queue_t queue)
{
  pthread_mutex_lock (&queue->mutex);
  queue->references++;
  pthread_mutex_unlock (&queue->mutex);
}

void
dispatch_release (dispatch_object_t object)
{
  dispatch_queue_t queue = object.queue;

  if (object.queue->kind == SEMAPHORE)
    {
      free (object.semaphore);
      return;
    }
  pthread_mutex_lock (&queue->mutex);
  if (--queue->references < 0)
    abort ();
  pthread_cond_broadcast (&queue->changed);
  pthread_mutex_unlock (&queue->mutex);
}

dispatch_semaphore_t
dispatch_semaphore_create (intptr_t value)
{
  dispatch_semaphore_t semaphore = calloc (1, sizeof *semaphore);

  semaphore->kind = SEMAPHORE;
  semaphore->value = value;
  pthread_mutex_init (&semaphore->mutex, NULL);
  pthread_cond_init (&semaphore->changed, NULL);
  return semaphore;
}

intptr_t
dispatch_semaphore_signal (dispatch_semaphore_t semaphore)
{
  pthread_mutex_lock (&semaphore->mutex);
  semaphore->value++;
  pthread_cond_broadcast (&semaphore->changed);
  pthread_mutex_unlock (&semaphore->mutex);
  return 1;
}

dispatch_time_t
dispatch_time (dispatch_time_t when, int64_t nanoseconds)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return (uint64_t) now.tv_sec * NSEC_PER_SEC + (uint64_t) now.tv_nsec + (uint64_t) nanoseconds;
}

intptr_t
dispatch_semaphore_wait (dispatch_semaphore_t semaphore, dispatch_time_t timeout)
{
  struct timespec end = { (time_t) (timeout / NSEC_PER_SEC), (long) (timeout % NSEC_PER_SEC) };
  int result = 0;

  pthread_mutex_lock (&semaphore->mutex);
  while (semaphore->value == 0 && result != ETIMEDOUT)
    if (timeout == UINT64_MAX)
      pthread_cond_wait (&semaphore->changed, &semaphore->mutex);
    else
      result = pthread_cond_timedwait (&semaphore->changed, &semaphore->mutex, &end);
  result = semaphore->value == 0 ? 1 : 0;
  semaphore->value -= result == 0 ? 1 : 0;
  pthread_mutex_unlock (&semaphore->mutex);
  return result;
}

/* ---- Signals -------------------------------------------------------------------------------- */

struct dispatch_source_type_s {
  int nothing;
};
const struct dispatch_source_type_s _dispatch_source_type_signal;

struct dispatch_source_s {
  Kind kind;
  int number;
  dispatch_queue_t queue;
  dispatch_block_t handler;
};

static struct dispatch_source_s *sources[NSIG];
static int signal_pipe[2];

dispatch_source_t
dispatch_source_create (dispatch_source_type_t type, uintptr_t handle, uintptr_t mask,
                        dispatch_queue_t queue)
{
  dispatch_source_t source = calloc (1, sizeof *source);

  if (type != &_dispatch_source_type_signal || handle >= NSIG)
    raise_exception (@"the stand-in has sources of signals only");
  source->kind = SOURCE;
  source->number = (int) handle;
  source->queue = queue;
  return source;
}

void
dispatch_source_set_event_handler (dispatch_source_t source, dispatch_block_t handler)
{
  source->handler = Block_copy (handler);
}

extern ssize_t __real_write (int fd, const void *bytes, size_t length); /* see disk.m */

static void
note_signal (int number)
{
  unsigned char byte = (unsigned char) number;

  if (__real_write (signal_pipe[1], &byte, 1) != 1)
    abort ();
}

static void *
pass_signals_on (void *data)
{
  unsigned char byte;

  while (read (signal_pipe[0], &byte, 1) == 1)
    dispatch_async (sources[byte]->queue, sources[byte]->handler);
  return NULL;
}

/* kqueue tells of signals that are ignored; Linux does not, so that they are caught here. */
void
dispatch_resume (dispatch_object_t object)
{
  dispatch_source_t source = object.source;
  struct sigaction action;

  sigaction (source->number, NULL, &action);
  if (action.sa_handler != SIG_IGN)
    raise_exception (@"signal %d would end the program before its source hears of it",
                     source->number);
  if (signal_pipe[1] == 0)
    {
      if (pipe (signal_pipe) != 0)
        abort ();
      start_thread (pass_signals_on, NULL);
    }
  sources[source->number] = source;
  signal (source->number, note_signal);
}

/* Where that is possible the program has heard of it when this returns. */
void
send_signal (int number)
{
  dispatch_source_t source = sources[number];

  if (source == NULL)
    raise (number);
  else if (source->queue->is_global)
    dispatch_sync (source->queue, source->handler);
  else
    dispatch_async (source->queue, source->handler);
}
