/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-finding.h"

#define BOARDS_MAX 3 /* named in a description */

G_DEFINE_BOXED_TYPE (VzFinding, vz_finding, vz_finding_ref, vz_finding_unref)

/**
 * vz_finding_ref:
 * @self: a finding
 *
 * Returns: (transfer full): @self, with one more reference
 */
VzFinding *
vz_finding_ref (VzFinding *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
vz_finding_clear (gpointer data)
{
  VzFinding *self = data;

  g_free (self->component);
  g_strfreev (self->device_classes);
  g_free (self->path);
  g_free (self->expected);
  g_free (self->found);
  g_free (self->message);
}

/**
 * vz_finding_unref:
 * @self: (nullable): a finding
 *
 * Releases a reference.
 */
void
vz_finding_unref (VzFinding *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, vz_finding_clear);
}

static void
append_boards (GString *text, char **boards)
{
  guint count = boards != NULL ? g_strv_length (boards) : 0;

  for (guint i = 0; i < MIN (count, BOARDS_MAX); i++)
    g_string_append_printf (text, "%s%s", i == 0 ? " (" : ", ", boards[i]);
  if (count > BOARDS_MAX)
    g_string_append_printf (text, " and %u more", count - BOARDS_MAX);
  if (count > 0)
    g_string_append_c (text, ')');
}

/**
 * vz_finding_describe:
 * @self: a finding
 *
 * Returns: (transfer full): one line, such as "component KernelCache (vma2macosap), member
 *   'kernelcache.release.vma2': SHA-384 1234... found, 5678... expected"
 */
char *
vz_finding_describe (const VzFinding *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->component != NULL)
    {
      g_string_append_printf (text, "component %s", self->component);
      append_boards (text, self->device_classes);
    }
  if (self->chunk >= 0)
    g_string_append_printf (text, ", chunk %" G_GINT64_FORMAT, self->chunk);
  if (self->path != NULL)
    g_string_append_printf (text, "%smember '%s'", text->len > 0 ? ", " : "", self->path);
  g_string_append_printf (text, ": %s", self->message != NULL ? self->message : "good");
  return g_string_free (g_steal_pointer (&text), FALSE);
}
