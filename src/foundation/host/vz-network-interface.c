/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-network-interface.h"

#include <string.h>

#define INTERFACES "/sys/class/net"
#define MAX_NAME 15 /* of Linux */

static gboolean
has_entry (const char *name, const char *entry)
{
  g_autofree char *path = g_build_filename (INTERFACES, name, entry, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

VzNetworkInterfaceKind
vz_network_interface_get_kind (const char *name)
{
  if (*name == '\0' || *name == '.' || strlen (name) > MAX_NAME || strchr (name, '/') != NULL ||
      !has_entry (name, "ifindex")) /* "bonding_masters" is only a file */
    return VZ_NETWORK_INTERFACE_ABSENT;
  if (has_entry (name, "bridge"))
    return VZ_NETWORK_INTERFACE_BRIDGE;
  return has_entry (name, "macvtap") ? VZ_NETWORK_INTERFACE_MACVTAP : VZ_NETWORK_INTERFACE_OTHER;
}

char *
vz_network_interface_dup_attribute (const char *name, const char *attribute)
{
  g_autofree char *path = g_build_filename (INTERFACES, name, attribute, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || *g_strstrip (text) == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
vz_network_interface_list (void)
{
  GPtrArray *names = g_ptr_array_new ();
  g_autoptr (GDir) dir = g_dir_open (INTERFACES, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (vz_network_interface_get_kind (name) != VZ_NETWORK_INTERFACE_ABSENT)
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}
