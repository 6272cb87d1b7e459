/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/browser.h"

#include <unistd.h>

#define PAGE \
  "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=%s\">" \
  "<title>vz</title><a href=\"%s\">The machine's screen</a>\n"

char *
browser_open (VzBundle *bundle, const char *address)
{
  g_autoptr (VzMachineIdentifier) identifier = vz_bundle_load_machine_identifier (bundle, NULL);
  g_autofree char *directory = identifier != NULL ? vz_runtime_directory_for (identifier, NULL)
                                                  : NULL;
  g_autofree char *name = g_strdup_printf ("page-%d.html", (int) getpid ());
  g_autofree char *file = directory != NULL ? g_build_filename (directory, name, NULL) : NULL;
  g_autofree char *uri = file != NULL ? g_filename_to_uri (file, NULL, NULL) : NULL;
  g_autofree char *text = g_strdup_printf (PAGE, address, address);

  if (uri == NULL ||
      !g_file_set_contents_full (file, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
    return NULL;
  if (g_app_info_launch_default_for_uri (uri, NULL, NULL))
    return g_steal_pointer (&file);
  unlink (file);
  return NULL;
}

void
browser_forget (char *file)
{
  if (file != NULL)
    unlink (file);
  g_free (file);
}
