/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-request.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compose/vz-compose-copy.h"
#include "compose/vz-compose-host.h"
#include "compose/vz-distribution.h"
#include "disk/vz-disk-source-private.h"
#include "foundation/config/vz-field.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-host.h"
#include "foundation/vz-fail.h"
#include "image/manifest/vz-image-product.h"

#define URL_SCHEME "compose:"

/**
 * VzComposeRequest:
 *
 * The description of an image for vz_compose_image() to make: a restore image of a Debian or Ubuntu
 * guest. The default is Debian's current stable release for this host's architecture. Not in
 * Apple's framework.
 *
 * QEMU: not used; the image is composed without a machine.
 *
 * Since: 0.1
 */
struct _VzComposeRequest {
  VzConfig parent_instance;

  char *distribution;
  char *suite;
  char *architecture;
  char *packages;
  gboolean desktop;
  GPtrArray *copies; /* of VzComposeCopy */
  char *script;
  char *disk;
  char *system_name;
  char *system_version;
  char *mirror;
  char *log_path;
  gboolean use_cache;
  char *note;
};

static const VzField fields[] = {
  VZ_STRING ("distribution", VzComposeRequest, distribution,
             "the distribution whose archive has the packages, `debian` or `ubuntu`",
             .text = "debian", .flags = VZ_FIELD_REQUIRED),
  VZ_STRING ("suite", VzComposeRequest, suite,
             "the release: a code name or, for Debian, also `stable` or `testing`",
             .text = "stable", .flags = VZ_FIELD_REQUIRED),
  VZ_STRING ("architecture", VzComposeRequest, architecture,
             "the architecture of the guest, `x86_64` or `aarch64`; this host's by default",
             .flags = VZ_FIELD_REQUIRED),
  VZ_STRING ("packages", VzComposeRequest, packages,
             "additional packages for the guest, separated by commas", .text = ""),
  VZ_BOOL ("desktop", VzComposeRequest, desktop,
           "whether the guest has a desktop, Xfce, that logs the installed machine's user in",
           .more = "The image then asks for more memory and a larger disk."),
  VZ_ARRAY ("copies", VzComposeRequest, copies, "the files of this host to copy into the guest",
            vz_compose_copy_get_type),
  VZ_STRING ("script", VzComposeRequest, script,
             "a program of this host that runs inside the guest's files as its root, once packages "
             "and copies are in place; empty for none",
             .text = "", .flags = VZ_FIELD_PATH,
             .more =
               "It has network access, but no services run. Its content is part of the request, as "
               "is that of the copies: different content makes a different request."),
  VZ_STRING (
    "disk", VzComposeRequest, disk,
    "a disk image to make the image from, instead of an archive's packages; empty for none",
    .text = "", .flags = VZ_FIELD_PATH,
    .more = "Any that [class@DiskSource] can read; its system decides the architecture."),
  VZ_STRING ("system-name", VzComposeRequest, system_name,
             "the name of the disk image's system; empty to take it from the file's name",
             .text = ""),
  VZ_STRING ("system-version", VzComposeRequest, system_version,
             "the version of the disk image's system", .text = "1", .flags = VZ_FIELD_REQUIRED),
  VZ_STRING ("mirror", VzComposeRequest, mirror,
             "the http or https address of the archive, for composing and for the guest; empty for "
             "the distribution's",
             .text = "", .more = "Signatures are always checked."),
  VZ_STRING (
    "log-path", VzComposeRequest, log_path,
    "the file for the log, which is overwritten; empty for `$XDG_STATE_HOME/vz/compose.log`",
    .text = ""),
  VZ_BOOL (
    "use-cache", VzComposeRequest, use_cache,
    "whether to use an image composed before if neither the request nor the archive has changed",
    .def = TRUE),
  VZ_STRING (
    "note", VzComposeRequest, note,
    "anything unusual about the result, as a sentence, once vz_compose_image() is done", .text = "",
    .flags = VZ_FIELD_NOT_SAVED,
    .more =
      "For example, that the archive could not be reached and an image from the cache was used."),
};

static gboolean
is_word (const char *text, const char *more)
{
  if (!g_ascii_islower (text[0]) && !g_ascii_isdigit (text[0]))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_islower (*p) && !g_ascii_isdigit (*p) && strchr (more, *p) == NULL)
      return FALSE;
  return strlen (text) <= 100;
}

static void
check_packages (VzComposeRequest *self, VzProblems *problems)
{
  g_auto (GStrv) names = g_strsplit (self->packages, ",", -1);

  /* mmdebstrap's --include knows patterns and options as well; only plain names get there. */
  for (guint i = 0; names[i] != NULL; i++)
    if (!is_word (names[i], "+-."))
      vz_problems_add (problems, VZ_CONFIG (self), "packages", names[i],
                       "must be a package's name");
}

static void
check_mirror (VzComposeRequest *self, VzProblems *problems)
{
  g_autoptr (GUri) uri = g_uri_parse (self->mirror, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  gboolean plain = TRUE;

  for (const char *p = self->mirror; *p != '\0'; p++)
    plain = plain && g_ascii_isgraph (*p) && strchr ("\"'\\`$<>[]", *p) == NULL;
  if (!plain || (!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https")))
    vz_problems_add (problems, VZ_CONFIG (self), "mirror", self->mirror,
                     "must be an http:// or https:// address");
}

/* The kernel starts a program only if it knows its kind. */
static void
check_script (VzComposeRequest *self, VzProblems *problems)
{
  int fd VZ_AUTO_CLOSE = open (self->script, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  char head[4] = "";
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0)
    vz_problems_add (problems, VZ_CONFIG (self), "script", self->script, "cannot be opened: %s",
                     g_strerror (errno));
  else if (!S_ISREG (st.st_mode) || pread (fd, head, sizeof head, 0) < 2 ||
           (strncmp (head, "#!", 2) != 0 && memcmp (head, "\177ELF", sizeof head) != 0))
    vz_problems_add (problems, VZ_CONFIG (self), "script", self->script,
                     "must be a program: a file that begins with a line such as #!/bin/sh");
}

static void
check_distribution (VzComposeRequest *self, VzProblems *problems)
{
  const VzDistribution *distribution = vz_distribution_find (self->distribution);

  if (distribution == NULL)
    vz_problems_add (problems, VZ_CONFIG (self), "distribution", self->distribution,
                     "must be debian or ubuntu");
  else if (!distribution->has_stable && g_str_equal (self->suite, "stable"))
    vz_problems_add (problems, VZ_CONFIG (self), "suite", self->suite,
                     "must be a release of Ubuntu, such as noble");
}

/* A disk has all of these already. */
static void
check_disk (VzComposeRequest *self, VzProblems *problems)
{
  const struct {
    const char *property, *value;
  } others[] = { { "packages", self->packages },
                 { "desktop", self->desktop ? "true" : "" },
                 { "script", self->script },
                 { "mirror", self->mirror },
                 { "copies", self->copies->len > 0 ? "files" : "" } };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (*others[i].value != '\0')
      vz_problems_add (problems, VZ_CONFIG (self), others[i].property, others[i].value,
                       "cannot be combined with a disk image");
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzComposeRequest *self = VZ_COMPOSE_REQUEST (config);

  if (*self->distribution != '\0')
    check_distribution (self, problems);

  if (*self->suite != '\0' && !is_word (self->suite, "-"))
    vz_problems_add (problems, config, "suite", self->suite,
                     "must be a release's name, such as stable");
  if (self->architecture != NULL && vz_image_product_for_architecture (self->architecture) == NULL)
    vz_problems_add (problems, config, "architecture", self->architecture,
                     "must be x86_64 or aarch64");
  if (*self->packages != '\0')
    check_packages (self, problems);
  if (*self->disk != '\0')
    check_disk (self, problems);
  if (*self->script != '\0')
    check_script (self, problems);
  if (*self->mirror != '\0')
    check_mirror (self, problems);
}

static void
init (VzConfig *config)
{
  VzComposeRequest *self = VZ_COMPOSE_REQUEST (config);

  self->architecture = g_strdup (vz_host_get_architecture ());
}

VZ_DEFINE_CONFIG (VzComposeRequest, vz_compose_request, VZ_TYPE_CONFIG, .init = init,
                  .check = check)

/**
 * vz_compose_request_new:
 *
 * Makes a request for Debian's current stable release, for this host's architecture.
 *
 * Returns: (transfer full): the request
 */
VzComposeRequest *
vz_compose_request_new (void)
{
  return g_object_new (VZ_TYPE_COMPOSE_REQUEST, NULL);
}

VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, distribution)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, suite)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, architecture)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, packages)
VZ_ACCESS_NUMBER (gboolean, VzComposeRequest, vz_compose_request, desktop)
VZ_ACCESS_ARRAY (VzComposeRequest, vz_compose_request, copies)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, script)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, disk)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, system_name)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, system_version)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, mirror)
VZ_ACCESS_STRING (VzComposeRequest, vz_compose_request, log_path)
VZ_ACCESS_NUMBER (gboolean, VzComposeRequest, vz_compose_request, use_cache)

const char *
vz_compose_request_get_note (VzComposeRequest *self)
{
  g_return_val_if_fail (VZ_IS_COMPOSE_REQUEST (self), NULL);
  return self->note;
}

/**
 * vz_compose_request_check_host:
 * @self: a request
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Checks whether this host can compose the request: programs, user namespaces, numbers for them,
 * the archive's keys, and emulation for another architecture. It runs a program to find out, for a
 * few seconds at most.
 *
 * Returns: %TRUE if it can; otherwise %FALSE and %VZ_ERROR_NOT_SUPPORTED with everything that is
 *   missing, or %VZ_ERROR_INVALID_ARGUMENT when the request itself is wrong
 */
gboolean
vz_compose_request_check_host (VzComposeRequest *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (VZ_IS_COMPOSE_REQUEST (self), FALSE);
  if (!vz_config_validate (VZ_CONFIG (self), &local))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s", local->message);
  return vz_compose_host_check (vz_distribution_find (self->distribution), self->architecture,
                                cancellable, error);
}

/**
 * vz_compose_request_dup_file_name:
 * @self: a valid request
 *
 * Gets the usual name for the image's file: after its system, release and architecture, and the
 * desktop if it has one, or after the disk image.
 *
 * Returns: (transfer full) (type filename): a name without a folder, "Debian_stable_x86_64.ipsw"
 *
 * Since: 0.1
 */
char *
vz_compose_request_dup_file_name (VzComposeRequest *self)
{
  const VzDistribution *distribution;
  g_autofree char *base = NULL;

  g_return_val_if_fail (VZ_IS_COMPOSE_REQUEST (self), NULL);
  if (*self->disk != '\0')
    {
      base = vz_disk_source_dup_base_name (self->disk);
      return g_strconcat (base, ".ipsw", NULL);
    }
  distribution = vz_distribution_find (self->distribution);
  return g_strdup_printf ("%s_%s_%s%s.ipsw",
                          distribution != NULL ? distribution->short_title : self->distribution,
                          self->suite, self->architecture, self->desktop ? "_desktop" : "");
}

/**
 * vz_compose_request_dup_url:
 * @self: a request
 *
 * Returns: (transfer full): the address that a catalog has for it, "compose:debian/stable/x86_64"
 */
char *
vz_compose_request_dup_url (VzComposeRequest *self)
{
  g_return_val_if_fail (VZ_IS_COMPOSE_REQUEST (self), NULL);
  return g_strdup_printf (URL_SCHEME "%s/%s/%s", self->distribution, self->suite,
                          self->architecture);
}

/**
 * vz_compose_request_new_from_url:
 * @url: as from vz_compose_request_dup_url()
 * @error: return location for an error, or %NULL
 *
 * Makes the request that an address in a catalog stands for.
 *
 * Returns: (transfer full): the request, or %NULL and %VZ_ERROR_INVALID_ARGUMENT
 */
VzComposeRequest *
vz_compose_request_new_from_url (const char *url, GError **error)
{
  g_autoptr (VzComposeRequest) self = vz_compose_request_new ();
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (url != NULL, NULL);
  if (g_str_has_prefix (url, URL_SCHEME))
    parts = g_strsplit (url + strlen (URL_SCHEME), "/", -1);
  if (parts == NULL || g_strv_length (parts) != 3)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s' does not have the form " URL_SCHEME
                         "DISTRIBUTION/SUITE/ARCHITECTURE",
                         url);
  vz_compose_request_set_distribution (self, parts[0]);
  vz_compose_request_set_suite (self, parts[1]);
  vz_compose_request_set_architecture (self, parts[2]);
  if (!vz_config_validate (VZ_CONFIG (self), &local))
    return vz_fail_because_null (error, VZ_ERROR_INVALID_ARGUMENT, local, "'%s'", url);
  return g_steal_pointer (&self);
}
