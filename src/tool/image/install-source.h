/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* IMAGE of `vz install`: a restore image, a disk image, or the name of a system, of which there is
 * a disk image. */
typedef struct {
  const char *text; /* as it stands on the line; NULL: the latest restore image */
  const char *location; /* of the disk image; NULL: it is a restore image */
  gboolean is_iso; /* the location is that of an installer's CD image */
  VzSystem *system; /* owned; NULL: it has no name */
  VzDiskProof *proof; /* owned: what the disk image has to be; NULL for a restore image */
  VzRestoreImage *image; /* owned; NULL until it is asked for */
  GError *unknown; /* owned: why the text is not a system's name; NULL: it was not asked */
} InstallSource;

void install_source_clear (InstallSource *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (InstallSource, install_source_clear)

/* What the options say of the proof. */
typedef struct {
  const char *sha256;
  const char *checksums;
  const char *signature;
  char **keyrings;
  gboolean allow_unverified;
} InstallProof;

/* The rows of these options; @proof: an InstallProof. */
#define INSTALL_PROOF_OPTIONS(proof) \
  { "sha256", 0, 0, G_OPTION_ARG_STRING, &(proof).sha256, "Digest that the disk image must have", \
    "DIGEST" }, \
    { "checksums", \
      0, \
      0, \
      G_OPTION_ARG_FILENAME, \
      &(proof).checksums, \
      "List of digests, as sha256sum or sha512sum writes it, that includes the disk image's", \
      "FILE|URL" }, \
    { "signature", \
      0, \
      0, \
      G_OPTION_ARG_FILENAME, \
      &(proof).signature, \
      "Signature of that list, unless the list contains it", \
      "FILE|URL" }, \
    { "keyring", \
      0, \
      0, \
      G_OPTION_ARG_FILENAME_ARRAY, \
      &(proof).keyrings, \
      "Keys that may have signed the list; may be repeated", \
      "FILE" }, \
  { \
    "allow-unverified", 0, 0, G_OPTION_ARG_NONE, &(proof).allow_unverified, \
      "Accept a disk image from a server without a digest, or with an unsigned one", NULL \
  }

/* The option that sets what the library says is wrong: "sha256: ..." becomes "--sha256: ..."; and
 * where nothing vouches for an image, the options that help. */
void install_proof_name_option (GError *error);

/* The first option of these that is given, or NULL. */
const char *install_proof_get_option (const InstallProof *self);

/* Of which kind it is. The network is not asked. */
gboolean install_source_find (InstallSource *self, VzTool *tool, const char *text, GError **error);

/* Takes --iso. */
void install_source_take_iso (InstallSource *self, const char *location);

/* An option for disk images only says what an address without a usual name leads to. */
void install_source_take_for_disk (InstallSource *self);

/* Makes the proof of a disk image; what of @options does not go together is refused. */
gboolean install_source_set_proof (InstallSource *self, const InstallProof *options,
                                   GError **error);

/* @error, that no catalog has it, tells also that it is no system's name, and what is like it. */
void install_source_explain_unknown (const InstallSource *self, GError **error);

/* Looks for the restore image, and into it. */
gboolean install_source_open_image (InstallSource *self, VzTool *tool, GError **error);

/* Looks at what can be looked at without the network: what a system needs, what vouches for a disk
 * image, the image itself if it is here. */
gboolean install_source_check (InstallSource *self, VzTool *tool, VzBundleInstaller *installer,
                               GError **error);

/* Gives it, a restore image when it is open, to the installer, which looks whether it can be
 * installed. */
gboolean install_source_give (InstallSource *self, VzTool *tool, VzBundleInstaller *installer,
                              GError **error);

G_END_DECLS
