/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-memory.h"

#include "foundation/vz-fail.h"
#include "qemu/engine/vz-engine-private.h"
#include "qemu/engine/vz-state-stream.h"

#include <sys/uio.h>

/* How this works
 *
 * QEMU reads a state with one thread, byte by byte through a pipe. Most of it is pages of memory,
 * which all cores can put in place from outside: a process may write to a process of the same user
 * that it has started itself, even where the kernel (Yama) restricts such access. If the kernel
 * forbids it altogether, QEMU gets the whole stream.
 *
 * While QEMU waits for a state it does not touch the guest's memory, and no guest runs. */

#define BATCH 512 /* pages; the kernel takes at most 1024 ranges */

void
vz_engine_memory_free (VzEngineMemory *self)
{
  if (self == NULL)
    return;
  g_free (self->block);
  g_free (self);
}

static JsonObject *
ask (VzEngine *engine, const char *command, JsonNode **ret_answer, GCancellable *cancellable)
{
  return vz_engine_call (engine, command, NULL, cancellable, ret_answer, NULL) &&
             JSON_NODE_HOLDS_OBJECT (*ret_answer)
           ? json_node_get_object (*ret_answer)
           : NULL;
}

/* The guest's address of the first byte of memory depends on the board. */
static const char *
first_address (VzEngine *engine, GCancellable *cancellable)
{
  static const char *const boards[][2] = { { "x86_64", "0x0" }, { "aarch64", "0x40000000" } };
  g_autoptr (JsonNode) answer = NULL;
  JsonObject *target = ask (engine, "query-target", &answer, cancellable);

  for (guint i = 0; target != NULL && i < G_N_ELEMENTS (boards); i++)
    if (g_strcmp0 (json_object_get_string_member_with_default (target, "arch", NULL),
                   boards[i][0]) == 0)
      return boards[i][1];
  return NULL;
}

/* "Host virtual address for 0x0 (pc.ram) is 0x7f5a40000000" */
static gboolean
find_block (VzEngine *engine, VzEngineMemory *memory, GCancellable *cancellable)
{
  const char *first = first_address (engine, cancellable);
  g_autoptr (GRegex) pattern = g_regex_new ("\\(([^()]+)\\) is (0x[0-9a-f]+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *command = NULL, *answer = NULL, *address = NULL;

  if (first == NULL)
    return FALSE;
  command = g_strconcat ("gpa2hva ", first, NULL);
  answer = vz_engine_ask_human_monitor (engine, command, cancellable, NULL);
  if (answer == NULL || !g_regex_match (pattern, answer, 0, &match))
    return FALSE;
  memory->block = g_match_info_fetch (match, 1);
  address = g_match_info_fetch (match, 2);
  memory->address = g_ascii_strtoull (address, NULL, 16);
  return TRUE;
}

VzEngineMemory *
vz_engine_memory_find (VzEngine *engine, GCancellable *cancellable)
{
  g_autoptr (VzEngineMemory) self = g_new0 (VzEngineMemory, 1);
  g_autoptr (JsonNode) answer = NULL;
  JsonObject *sizes = ask (engine, "query-memory-size-summary", &answer, cancellable);

  if (sizes == NULL || !find_block (engine, self, cancellable))
    return NULL;
  self->size = (guint64) json_object_get_int_member_with_default (sizes, "base-memory", 0);
  self->pid = engine->process != NULL ? vz_process_get_pid (engine->process) : 0;
  return g_steal_pointer (&self);
}

gboolean
vz_engine_memory_is_writable (const VzEngineMemory *self)
{
  guint8 byte = 0;
  struct iovec here = { &byte, 1 };
  struct iovec there = { (void *) (gsize) self->address, 1 };

  return self->pid > 0 && process_vm_writev (self->pid, &here, 1, &there, 1, 0) == 1;
}

/* Ranges of our memory, and their destinations in QEMU's. */
typedef struct {
  struct iovec here[BATCH];
  struct iovec there[BATCH];
  guint n_here;
  guint n_there;
  guint64 size;
} Batch;

static void
add (Batch *self, const guint8 *data, guint64 address)
{
  struct iovec *last = self->n_there > 0 ? &self->there[self->n_there - 1] : NULL;

  self->here[self->n_here++] = (struct iovec){ (void *) data, VZ_STATE_PAGE_SIZE };
  self->size += VZ_STATE_PAGE_SIZE;
  if (last != NULL && (guint64) (gsize) last->iov_base + last->iov_len == address)
    last->iov_len += VZ_STATE_PAGE_SIZE;
  else
    self->there[self->n_there++] = (struct iovec){ (void *) (gsize) address, VZ_STATE_PAGE_SIZE };
}

static gboolean
flush (const VzEngineMemory *memory, Batch *self, GError **error)
{
  ssize_t n = self->n_here == 0 ? 0
                                : process_vm_writev (memory->pid, self->here, self->n_here,
                                                     self->there, self->n_there, 0);
  gboolean whole = n >= 0 && (guint64) n == self->size;

  if (n < 0)
    vz_fail_errno (error, "cannot write to the guest's memory in QEMU (process %d)",
                   (int) memory->pid);
  else if (!whole)
    vz_fail (error, VZ_ERROR_INTERNAL, "QEMU (process %d) does not hold all of the guest's memory",
             (int) memory->pid);
  self->n_here = self->n_there = 0;
  self->size = 0;
  return whole;
}

gboolean
vz_engine_memory_put_pages (const VzEngineMemory *self, const guint8 *records, gsize size,
                            GError **error)
{
  g_autofree Batch *batch = g_new0 (Batch, 1);

  for (gsize at = 0; at < size;)
    {
      VzStatePage page;

      if (!vz_state_page_parse (records + at, size - at, &page) || page.size == 0 ||
          page.address >= self->size || self->size - page.address < VZ_STATE_PAGE_SIZE)
        return vz_fail (error, VZ_ERROR_RESTORE,
                        "it is damaged: a page of it lies outside the guest's memory");
      at += page.size;
      if (page.data == NULL) /* it is already zero */
        continue;
      add (batch, page.data, self->address + page.address);
      if (batch->n_here == BATCH && !flush (self, batch, error))
        return FALSE;
    }
  return flush (self, batch, error);
}
