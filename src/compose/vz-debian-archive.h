/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "compose/vz-distribution.h"

G_BEGIN_DECLS

/* What a suite's InRelease says about itself. Its signature has not been checked here: apt does
 * that before using any package, and this data only names things. */
typedef struct {
  char *codename; /* "trixie" */
  char *version; /* "13.7"; the code name if there is none */
  GDateTime *date; /* when it was signed */
  char *architectures; /* "all amd64 arm64" */
} VzDebianRelease;

VzDebianRelease *vz_debian_release_parse (GBytes *bytes, GError **error);
/* NOT_SUPPORTED if the release is from the future, according to a clock that says @now. */
gboolean vz_debian_release_check_clock (const VzDebianRelease *self, gint64 now, GError **error);
void vz_debian_release_free (VzDebianRelease *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzDebianRelease, vz_debian_release_free)

/* The current archive, for one suite with its updates and security fixes. */
typedef struct {
  VzDebianRelease *release;
  gint64 time; /* seconds since the epoch: when the newest of the three was signed */
  char *state; /* 64 hex digits: constant as long as the archive is */
  char *sources_list; /* one-line form, for composing */
  char *guest_sources; /* deb822 form, for the guest */
} VzDebianArchive;

/* @mirror: empty for the distribution's own. NETWORK_ERROR if it cannot be reached; NOT_FOUND if
 * there is no such suite, or not for the architecture. */
VzDebianArchive *vz_debian_archive_fetch (const VzDistribution *distribution, const char *mirror,
                                          const char *suite, const char *architecture,
                                          GCancellable *cancellable, GError **error);
void vz_debian_archive_free (VzDebianArchive *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzDebianArchive, vz_debian_archive_free)

G_END_DECLS
