/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-osinfo-database.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "foundation/file/vz-paths.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HAS_LEAK_CHECK 1
#endif
#endif
#ifdef HAS_LEAK_CHECK
#include <sanitizer/lsan_interface.h>
#endif

#define MAX_DEPTH 8

/* A path that is neither a file nor a folder, on which the loader would block forever; or NULL. */
static char *
find_odd_file (const char *path, guint depth)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      char *found = NULL;
      GStatBuf st;

      if (g_stat (inner, &st) != 0)
        continue;
      if (S_ISDIR (st.st_mode) && depth < MAX_DEPTH)
        found = find_odd_file (inner, depth + 1);
      else if (!S_ISREG (st.st_mode))
        found = g_strdup (inner);
      if (found != NULL)
        return found;
    }
  return NULL;
}

/* One of libosinfo's databases: its own, this host's, or the user's. */
typedef struct {
  const char *variable;
  const char *folder; /* NULL: the user's */
  void (*process) (OsinfoLoader *loader, GError **error);
} Database;

static const Database databases[] = {
  { "OSINFO_SYSTEM_DIR", "/usr/share/osinfo", osinfo_loader_process_system_path },
  { "OSINFO_LOCAL_DIR", "/etc/osinfo", osinfo_loader_process_local_path },
  { "OSINFO_USER_DIR", NULL, osinfo_loader_process_user_path },
};

static char *
dup_folder (const Database *database)
{
  const char *named = g_getenv (database->variable);

  if (named != NULL)
    return g_strdup (named);
  return database->folder != NULL ? g_strdup (database->folder)
                                  : g_build_filename (g_get_user_config_dir (), "osinfo", NULL);
}

static void
add_note (GStrvBuilder *notes, const char *text)
{
  g_autofree char *line = g_strchomp (g_strdup_printf ("osinfo-db: %s", text));

  if (notes != NULL)
    g_strv_builder_add (notes, line);
}

/* One by one, so that a malformed file of the user does not hide what the others have. */
static void
read_database (OsinfoLoader *loader, const Database *database, GStrvBuilder *notes)
{
  g_autofree char *folder = dup_folder (database);
  g_autofree char *odd = find_odd_file (folder, 0);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (odd != NULL)
    text = g_strdup_printf ("'%s' is not read, because '%s' in it is neither a file nor a folder",
                            folder, odd);
  else
    database->process (loader, &error);
  if (error != NULL)
    text = g_strdup_printf ("'%s' is not read completely: %s", folder, error->message);
  if (text != NULL)
    add_note (notes, text);
}

void
vz_osinfo_begin_leaks (void)
{
#ifdef HAS_LEAK_CHECK
  __lsan_disable ();
#endif
}

void
vz_osinfo_end_leaks (void)
{
#ifdef HAS_LEAK_CHECK
  __lsan_enable ();
#endif
}

OsinfoLoader *
vz_osinfo_database_load (GStrvBuilder *notes)
{
  OsinfoLoader *loader = osinfo_loader_new ();

  vz_osinfo_begin_leaks ();
  for (guint i = 0; i < G_N_ELEMENTS (databases); i++)
    read_database (loader, &databases[i], notes);
  vz_osinfo_end_leaks ();
  return loader;
}

void
vz_osinfo_database_add_own (OsinfoLoader *loader)
{
  g_autofree char *folder = vz_find_data ("osinfo", NULL);

  vz_osinfo_begin_leaks ();
  if (folder != NULL)
    osinfo_loader_process_path (loader, folder, NULL);
  vz_osinfo_end_leaks ();
}
