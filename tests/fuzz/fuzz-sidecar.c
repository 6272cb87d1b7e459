/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-state.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define BOOT "3b5e2a4c-this-boot"
#define HEAD_LINES 6
#define DIGEST_CHARACTERS 64

static void
check_plan (const VzDownloadPlan *plan, gsize n_blocks)
{
  guint64 complete = 0;
  gsize frontier = 0;

  g_assert (plan->n_blocks == n_blocks);
  for (gsize i = 0; i < n_blocks; i++)
    {
      gboolean there = plan->blocks[i] == VZ_DOWNLOAD_THERE || plan->blocks[i] == VZ_DOWNLOAD_SAFE;

      g_assert (there || plan->blocks[i] == VZ_DOWNLOAD_FREE);
      complete += there ? MIN ((i + 1) * VZ_DOWNLOAD_BLOCK, plan->length) - i * VZ_DOWNLOAD_BLOCK
                        : 0;
      frontier += there && frontier == i;
    }
  g_assert (plan->complete == complete && plan->frontier == frontier && complete <= plan->length);
}

/* What is read is what would be written again, but for the name of the boot. */
static void
check_sidecar (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size), again = NULL;
  g_auto (VzDownloadOrigin) origin = { NULL }, origin2 = { NULL };
  g_auto (VzDownloadPlan) plan = { 0 }, plan2 = { 0 };
  gsize head, head2;

  if (!vz_download_state_parse (bytes, BOOT, &origin, &plan, &head))
    {
      g_assert (origin.url == NULL && plan.blocks == NULL);
      return;
    }
  g_assert (*origin.url != '\0' && origin.length == plan.length && head + plan.n_blocks == size);
  check_plan (&plan, (plan.length - 1) / VZ_DOWNLOAD_BLOCK + 1);
  again = vz_download_state_format (&origin, &plan, BOOT, &head2);
  g_assert (vz_download_state_parse (again, BOOT, &origin2, &plan2, &head2));
  g_assert (strcmp (origin.url, origin2.url) == 0 && plan2.complete == plan.complete);
  g_assert (memcmp (plan.blocks, plan2.blocks, plan.n_blocks) == 0);
}

/* A fuzzer does not guess a digest, so it is put right for it. */
static void
check_with_right_digest (const uint8_t *data, size_t size)
{
  const uint8_t *end = data;
  g_autofree uint8_t *copy = NULL;
  g_autofree char *digest = NULL;
  gsize head;

  for (guint i = 0; i < HEAD_LINES && end != NULL; i++)
    {
      end = memchr (end, '\n', size - (size_t) (end - data));
      end = end != NULL ? end + 1 : NULL;
    }
  if (end == NULL || size - (size_t) (end - data) < DIGEST_CHARACTERS)
    return;
  head = (gsize) (end - data);
  copy = g_malloc (size);
  memcpy (copy, data, size);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, head);
  memcpy (copy + head, digest, DIGEST_CHARACTERS);
  check_sidecar (copy, size);
}

/* The sidecar of an unfinished file, which anything may have happened to. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_sidecar (data, size);
  check_with_right_digest (data, size);
  return 0;
}
