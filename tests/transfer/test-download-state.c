/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-state.h"

#include <string.h>

#define BLOCK VZ_DOWNLOAD_BLOCK
#define URL "https://images.example/a b.ipsw?x=y"

/* The sidecar of a file of five blocks. */
static GBytes *
make_sidecar (const char *etag, const char *boot, const char *blocks, gsize *ret_head)
{
  g_auto (VzDownloadOrigin) origin = { NULL };
  g_auto (VzDownloadPlan) plan = { 0 };
  VzHttpHeaders headers = { .etag = (char *) etag,
                            .last_modified = (char *) "Sat, 10 May 2025 10:00:00 GMT" };

  vz_download_origin_set (&origin, URL, &headers, 4 * BLOCK + 9);
  vz_download_plan_init (&plan, origin.length);
  memcpy (plan.blocks, blocks, 5);
  return vz_download_state_format (&origin, &plan, boot, ret_head);
}

static gboolean
parses (GBytes *bytes)
{
  g_auto (VzDownloadOrigin) origin = { NULL };
  g_auto (VzDownloadPlan) plan = { 0 };
  gsize head;

  return vz_download_state_parse (bytes, "boot", &origin, &plan, &head);
}

static void
test_read_back (void)
{
  g_auto (VzDownloadOrigin) origin = { NULL };
  g_auto (VzDownloadPlan) plan = { 0 };
  gsize head, head2;
  g_autoptr (GBytes) bytes = make_sidecar ("\"1f\"", "boot", "sxo.x", &head);

  g_assert_true (vz_download_state_parse (bytes, "boot", &origin, &plan, &head2));
  g_assert_cmpuint (head, ==, head2);
  g_assert_cmpuint (head + 5, ==, g_bytes_get_size (bytes));
  g_assert_cmpstr (origin.url, ==, URL);
  g_assert_cmpuint (origin.length, ==, 4 * BLOCK + 9);
  g_assert_cmpstr (vz_download_origin_get_condition (&origin), ==, "\"1f\"");
  g_assert_cmpmem (plan.blocks, 5, "sx..x", 5);
  g_assert_cmpuint (plan.complete, ==, 2 * BLOCK + 9);
}

/* In another boot only what was on the disk counts. */
static void
test_after_a_loss_of_power (void)
{
  g_auto (VzDownloadOrigin) origin = { NULL };
  g_auto (VzDownloadPlan) plan = { 0 };
  gsize head;
  g_autoptr (GBytes) bytes = make_sidecar ("\"1f\"", "boot", "sxosx", &head);

  g_assert_true (vz_download_state_parse (bytes, "another", &origin, &plan, &head));
  g_assert_cmpmem (plan.blocks, 5, "s..s.", 5);
  g_assert_cmpuint (plan.complete, ==, 2 * BLOCK);
}

static void
test_any_damage_is_seen (void)
{
  gsize head, size;
  g_autoptr (GBytes) bytes = make_sidecar ("\"1f\"", "boot", "sxo.x", &head);
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new (data, i), damaged = NULL;
      g_autofree guint8 *copy = g_memdup2 (data, size);

      g_assert_false (parses (cut));
      copy[i] ^= 0x80; /* no block is called so */
      damaged = g_bytes_new (copy, size);
      g_assert_false (parses (damaged));
    }
}

static void
test_one_file_from_another (void)
{
  g_auto (VzDownloadOrigin) origin = { NULL };
  VzHttpHeaders first = { .etag = (char *) "\"1\"", .last_modified = (char *) "yesterday" };
  VzHttpHeaders same = { .etag = (char *) "\"1\"", .has_range = TRUE, .total = 100 };
  VzHttpHeaders longer = { .etag = (char *) "\"1\"", .has_range = TRUE, .total = 101 };
  VzHttpHeaders other = { .etag = (char *) "\"2\"", .last_modified = (char *) "yesterday" };
  VzHttpHeaders dated = { .last_modified = (char *) "today" };
  VzHttpHeaders weak = { .etag = (char *) "W/\"1\"" };

  vz_download_origin_set (&origin, URL, &first, 100);
  g_assert_true (vz_download_origin_matches (&origin, &same));
  g_assert_false (vz_download_origin_matches (&origin, &longer));
  g_assert_false (vz_download_origin_matches (&origin, &other));
  g_assert_false (vz_download_origin_matches (&origin, &dated));
  vz_download_origin_set (&origin, origin.url, &weak, 100);
  g_assert_null (vz_download_origin_get_condition (&origin));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/transfer/download-state/" name, function)
  ADD ("read-back", test_read_back);
  ADD ("after-a-loss-of-power", test_after_a_loss_of_power);
  ADD ("any-damage-is-seen", test_any_damage_is_seen);
  ADD ("one-file-from-another", test_one_file_from_another);
  return g_test_run ();
}
