/* SPDX-License-Identifier: LGPL-2.1-or-later */
#import "standin.h"

#include <fcntl.h>
#include <objc/runtime.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- Every call ----------------------------------------------------------------------------- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned calls;

static void
write_line (const char *line)
{
  static int fd = -1;
  const char *path = option ("RECORD", NULL);

  if (path == NULL)
    return;
  if (fd < 0)
    fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dprintf (fd, "%s\n", line);
}

static BOOL
is_chosen (const char *name, const char *line)
{
  const char *text = option (name, NULL);

  return text != NULL && strstr (line, text) != NULL;
}

extern void choose_quit (void); /* appkit.m */

void
record (NSString *format, ...)
{
  va_list arguments;
  NSString *text;
  char line[1024];
  unsigned number;

  va_start (arguments, format);
  text = [[NSString alloc] initWithFormat:format arguments:arguments];
  va_end (arguments);
  snprintf (line, sizeof line, "%s: %s", queue_label (current_queue ()), [text UTF8String]);
  [text release];
  pthread_mutex_lock (&mutex);
  number = ++calls;
  write_line (line);
  pthread_mutex_unlock (&mutex);
  if (number == option_number ("INTERRUPT_AT", 0) || is_chosen ("INTERRUPT_ON", line))
    send_signal (SIGINT);
  if (is_chosen ("QUIT_ON", line))
    choose_quit ();
}

void
raise_exception (NSString *format, ...)
{
  va_list arguments;
  NSString *text;

  va_start (arguments, format);
  text = [[NSString alloc] initWithFormat:format arguments:arguments];
  va_end (arguments);
  record (@"EXCEPTION %@", text);
  fprintf (stderr, "*** Terminating app due to uncaught exception: %s\n", [text UTF8String]);
  abort ();
}

/* ---- Every object --------------------------------------------------------------------------- */

#define MOST_CLASSES 64

static struct {
  const char *name;
  int alive;
} counts[MOST_CLASSES];

static void
count (id object, int change)
{
  const char *name = class_getName (object_getClass (object));
  int i = 0;

  pthread_mutex_lock (&mutex);
  while (counts[i].name != NULL && strcmp (counts[i].name, name) != 0 && i < MOST_CLASSES - 1)
    i++;
  counts[i].name = name;
  counts[i].alive += change;
  pthread_mutex_unlock (&mutex);
}

static void __attribute__ ((destructor)) write_counts (void)
{
  char line[256];

  settle ();
  for (int i = 0; i < MOST_CLASSES && counts[i].name != NULL; i++)
    if (counts[i].alive != 0)
      {
        snprintf (line, sizeof line, "ALIVE %d %s", counts[i].alive, counts[i].name);
        write_line (line);
      }
}

@implementation StandinObject

ABSTRACT (StandinObject)

+ (id)alloc
{
  StandinObject *object = [super alloc];

  count (object, 1);
  return object;
}

- (void)dealloc
{
  count (self, -1);
  [super dealloc];
}

- (id)copyWithZone:(NSZone *)zone
{
  return [self retain];
}

@end

/* ---- What objc_msgSend () calls ------------------------------------------------------------- */

/* Inline in this runtime's header. */
Class class_of (id object) __asm__ ("object_getClass");

Class
class_of (id object)
{
  return object != nil ? *(Class *) object : Nil;
}

extern IMP objc_msg_lookup (id receiver, SEL selector);

static id
answer_of_nil (id receiver, SEL selector)
{
  return nil;
}

/* Built with the sanitizer, so that a message to an object that is gone is seen. */
IMP
standin_lookup (id receiver, SEL selector)
{
  Class class;

  if (receiver == nil)
    return (IMP) answer_of_nil;
  class = *(Class volatile *) receiver;
  if (!class_respondsToSelector (class, selector))
    raise_exception (@"%s: unrecognized selector %s", class_getName (class),
                     sel_getName (selector));
  return objc_msg_lookup (receiver, selector);
}
