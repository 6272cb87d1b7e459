/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "foundation/vz-fail.h"
#include "tool/commands/doctor-library.h"
#include "tool/commands/doctor-mac.h"

/* A Debian guest as composed: image, cache and installed disk. */
#define SPACE_NEEDED (G_GUINT64_CONSTANT (3) << 30)

static gboolean arg_accept_apple_licence;

static const GOptionEntry options[] = {
  { "accept-apple-licence", 0, 0, G_OPTION_ARG_NONE, &arg_accept_apple_licence,
    "State, once and for all, that Apple's licence lets you run macOS here (it allows this on "
    "Macs, in two virtual machines at a time)",
    NULL },
  G_OPTION_ENTRY_NULL,
};

typedef enum {
  FINDING_OK,
  FINDING_SLOW, /* works, but could be better */
  FINDING_MISSING, /* some part of vz does not work */
} Severity;

typedef struct {
  gboolean json;
  gboolean host_runs; /* a guest of the host's own architecture can be run */
} Doctor;

static void
report (Doctor *self, Severity severity, const char *what, const char *text)
{
  static const char *const names[] = { "ok", "slow", "missing" };
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_auto (GStrv) lines = NULL;

  if (!self->json)
    {
      lines = g_strsplit (text, "\n", -1);
      for (guint i = 0; lines[i] != NULL; i++)
        tool_print ("%-8s %-16s %s\n", i == 0 ? names[severity] : "", i == 0 ? what : "", lines[i]);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "subject");
  json_builder_add_string_value (builder, what);
  json_builder_set_member_name (builder, "status");
  json_builder_add_string_value (builder, names[severity]);
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, text);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tool_print_json (node);
}

static const char *
host_architecture (void)
{
  static struct utsname names;

  uname (&names);
  return names.machine;
}

static void
examine_engine (Doctor *self, const char *architecture)
{
  g_autofree char *what = g_strdup_printf ("%s guests", architecture);
  g_autoptr (GError) error = NULL;
  gboolean runs = vz_host_check_engine (architecture, &error);

  if (runs && g_str_equal (architecture, host_architecture ()))
    self->host_runs = TRUE;
  report (self, runs ? FINDING_OK : FINDING_MISSING, what,
          runs ? "QEMU and firmware are installed" : error->message);
}

static void
examine_kvm (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (vz_host_check_kvm (host_architecture (), &error))
    {
      report (self, FINDING_OK, "KVM", "usable");
      return;
    }
  text = g_strdup_printf ("guests are emulated (TCG): %s%s", error->message,
                          access ("/dev/kvm", F_OK) == 0 && access ("/dev/kvm", R_OK | W_OK) != 0
                            ? "; run 'adduser USER kvm' and log in again to use it"
                            : "");
  report (self, FINDING_SLOW, "KVM", text);
}

static gboolean
check_compose (gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_compose_request_check_host (data, cancellable, error);
}

/* FALSE with @error if it was interrupted: this is the check that may take a while. */
static gboolean
examine_compose (Doctor *self, VzTool *tool, GError **error)
{
  g_autoptr (VzComposeRequest) request = vz_compose_request_new ();
  g_autoptr (GError) cause = NULL;
  gboolean works = tool_wait (tool, check_compose, request, NULL, &cause);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  report (self, works ? FINDING_OK : FINDING_MISSING, "composing",
          works ? "mmdebstrap, archive keys and user namespaces are available" : cause->message);
  return TRUE;
}

static void
examine_ssh (Doctor *self)
{
  g_autofree char *ssh = g_find_program_in_path ("ssh");
  g_autofree char *keygen = g_find_program_in_path ("ssh-keygen");
  gboolean works = ssh != NULL && keygen != NULL;

  report (self, works ? FINDING_OK : FINDING_MISSING, "ssh",
          works ? "ssh and ssh-keygen are installed"
                : "ssh or ssh-keygen is missing (Debian package openssh-client)");
}

static void
examine_systems (Doctor *self)
{
  g_autofree char *gpgv = g_find_program_in_path ("gpgv");
  g_autoptr (VzSystemCatalog) catalog = vz_system_catalog_load (NULL, NULL, NULL);
  g_autoptr (GPtrArray) systems = catalog != NULL ? vz_system_catalog_list_systems (catalog) : NULL;
  g_autofree char *text =
    g_strdup_printf ("%u are known; %s", systems != NULL ? systems->len : 0,
                     gpgv != NULL ? "gpgv, which checks publishers' signatures, is installed"
                                  : "gpgv, which checks publishers' signatures, is missing (Debian "
                                    "package gpgv)");

  report (self, gpgv != NULL ? FINDING_OK : FINDING_MISSING, "systems by name", text);
}

static void
examine_seccomp (Doctor *self)
{
  gboolean works = access ("/proc/sys/kernel/seccomp/actions_avail", F_OK) == 0;

  report (self, works ? FINDING_OK : FINDING_MISSING, "sandbox",
          works ? "the kernel has seccomp filters"
                : "the kernel has no seccomp filters, which QEMU's sandbox needs");
}

static void
examine_sharing (Doctor *self)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *server = NULL;
  g_autofree char *kind = NULL;
  g_autofree char *text = NULL;
  gboolean works;

  kind = vz_host_check_virtio_fs (&server, &reason)
           ? g_strdup_printf ("over virtio-fs: %s", server)
           : g_strdup_printf ("over 9P, which QEMU serves itself, not over virtio-fs: %s",
                              reason->message);
  works = vz_host_check_shared_folders (&error);
  text = works
           ? g_strdup_printf ("%s\nfiles belong to the guest's user", kind)
           : g_strdup_printf (
               "%s\nthe guest sees the host's owners, and its user may not be able to write: %s",
               kind, error->message);
  report (self, works ? FINDING_OK : FINDING_SLOW, "shared folders", text);
}

/* Few guests need it. */
static void
examine_translator (Doctor *self)
{
  g_autoptr (GError) error = NULL;

  if (vz_linux_rosetta_directory_share_install_rosetta (NULL, &error))
    report (self, FINDING_OK, "translator",
            "guests can use it to run programs of another architecture");
  else
    report (self, FINDING_SLOW, "translator", error->message);
}

/* The part of the path that exists. */
static char *
dup_nearest (const char *path)
{
  char *place = g_strdup (path);

  while (!g_file_test (place, G_FILE_TEST_EXISTS) && strlen (place) > 1)
    {
      char *parent = g_path_get_dirname (place);

      g_free (place);
      place = parent;
    }
  return place;
}

static void
examine_folders (Doctor *self)
{
  const struct {
    const char *path;
    const char *content;
    const char *variable;
  } folders[] = {
    { g_get_user_data_dir (), "the list of machines and its keys", "XDG_DATA_HOME" },
    { g_get_user_state_dir (), "logs and locks of machines", "XDG_STATE_HOME" },
    { g_get_user_cache_dir (), "images", "XDG_CACHE_HOME" },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *place = dup_nearest (folders[i].path);

      if (!g_file_test (place, G_FILE_TEST_IS_DIR))
        errno = ENOTDIR;
      else if (access (place, W_OK | X_OK) == 0)
        continue;
      g_string_append_printf (text,
                              "%s'%s' cannot be written: %s; vz keeps %s in '%s', and %s "
                              "names another folder for them",
                              text->len > 0 ? "\n" : "", place, g_strerror (errno),
                              folders[i].content, folders[i].path, folders[i].variable);
    }
  report (self, text->len > 0 ? FINDING_MISSING : FINDING_OK, "own folders",
          text->len > 0 ? text->str : "can be written");
}

static void
examine_space (Doctor *self, const char *what, const char *path)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autofree char *place = dup_nearest (path);
  g_autofree char *text = NULL, *amount = NULL;
  guint64 space;

  file = g_file_new_for_path (place);
  info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  space = info != NULL ? g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                       : 0;
  amount = g_format_size (space);
  text = g_strdup_printf ("%s has %s free%s", path, amount,
                          space < SPACE_NEEDED ? "; an installation takes up to 3 GB" : "");
  report (self, space < SPACE_NEEDED ? FINDING_MISSING : FINDING_OK, what, text);
}

/* Where sockets are; vz has other places, but they do not survive a logout as this does. */
static void
examine_runtime (Doctor *self)
{
  const char *directory = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *text = NULL;
  struct stat st;

  if (directory == NULL)
    report (self, FINDING_SLOW, "runtime folder",
            "XDG_RUNTIME_DIR is not set; vz uses /run/user or a private folder in /tmp");
  else if (stat (directory, &st) == 0 && st.st_uid != geteuid ())
    {
      struct passwd *owner = getpwuid (st.st_uid);

      text = g_strdup_printf ("XDG_RUNTIME_DIR is '%s', which belongs to user '%s' (%u), not to "
                              "'%s'; unset it, or log in again",
                              directory, owner != NULL ? owner->pw_name : "?", (guint) st.st_uid,
                              g_get_user_name ());
      report (self, FINDING_MISSING, "runtime folder", text);
    }
  else if (access (directory, W_OK | X_OK) != 0)
    {
      text =
        g_strdup_printf ("XDG_RUNTIME_DIR '%s' cannot be written: %s; unset it, or log in again",
                         directory, g_strerror (errno));
      report (self, FINDING_MISSING, "runtime folder", text);
    }
  else
    report (self, FINDING_OK, "runtime folder", directory);
}

static void
examine_network_and_clock (Doctor *self)
{
  g_autoptr (GError) network = NULL;
  g_autoptr (GError) clock = NULL;

  if (vz_host_check_network (&network))
    report (self, FINDING_OK, "name servers", "there is one");
  else
    report (self, FINDING_MISSING, "name servers", network->message);
  if (vz_host_check_clock (&clock))
    report (self, FINDING_OK, "clock", "can be right");
  else
    report (self, FINDING_MISSING, "clock", clock->message);
}

/* Users of the command do not need it. */
static void
examine_library (Doctor *self)
{
  g_autofree char *text = NULL;
  gboolean found = tool_examine_library (&text);

  if (text != NULL)
    report (self, found ? FINDING_OK : FINDING_SLOW, "library", text);
}

/* For a Mac installed elsewhere; few hosts run one, and the others miss nothing. */
static void
examine_mac (Doctor *self)
{
  g_autofree char *text = NULL;
  gboolean works = tool_examine_mac (&text);

  report (self, works ? FINDING_OK : FINDING_MISSING, "macOS bundles", text);
}

static gboolean
run_doctor (VzTool *tool, GError **error)
{
  Doctor self = { .json = tool->json };

  if (arg_accept_apple_licence && !vz_host_accept_apple_licence (error))
    return FALSE;
  examine_engine (&self, "x86_64");
  examine_engine (&self, "aarch64");
  examine_kvm (&self);
  if (!examine_compose (&self, tool, error))
    return FALSE;
  examine_systems (&self);
  examine_ssh (&self);
  examine_seccomp (&self);
  examine_sharing (&self);
  examine_translator (&self);
  examine_folders (&self);
  examine_space (&self, "space", g_get_home_dir ());
  examine_space (&self, "space for images", g_get_user_cache_dir ());
  examine_runtime (&self);
  examine_library (&self);
  examine_network_and_clock (&self);
  examine_mac (&self);
  tool->exit_code = self.host_runs ? VZ_EXIT_DONE : VZ_EXIT_HOST;
  return TRUE;
}

const VzCommand vz_command_doctor = {
  .name = "doctor",
  .arguments = "",
  .flags = VZ_COMMAND_JSON,
  .options = options,
  .run = run_doctor,
  .summary = "Shows what this host can run, what is missing, and how to fix it",
  .examples = { { "vz doctor", "Shows what this host can run" } },
};
