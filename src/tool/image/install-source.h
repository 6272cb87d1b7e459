/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* IMAGE of `vz install`: a restore image, a disk image, or the name of a system with a disk
 * image. */
typedef struct {
  const char *text; /* as on the command line; NULL: the latest restore image */
  const char *location; /* of the disk image; NULL: it is a restore image */
  gboolean is_iso; /* the location is an installer's CD image */
  VzSystem *system; /* owned; NULL: it has no name */
  VzDiskProof *proof; /* owned: the disk image's required proof; NULL for a restore image */
  VzRestoreImage *image; /* owned; NULL until requested */
  GError *unknown; /* owned: why the text is not a system's name; NULL: not looked up */
} InstallSource;

void install_source_clear (InstallSource *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (InstallSource, install_source_clear)

/* What the options say about the proof. */
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

/* Prefixes the library's error with the option concerned: "sha256: ..." becomes "--sha256: ..."; if
 * nothing vouches for an image, names the options that help. */
void install_proof_name_option (GError *error);

/* The first of these options that is given, or NULL. */
const char *install_proof_get_option (const InstallProof *self);

/* Determines its kind, without the network. */
gboolean install_source_find (InstallSource *self, VzTool *tool, const char *text, GError **error);

/* Takes --iso. */
void install_source_take_iso (InstallSource *self, const char *location);

/* An option for disk images only decides what an address without a usual name leads to. */
void install_source_take_for_disk (InstallSource *self);

/* Creates the proof of a disk image; rejects @options that do not go together. */
gboolean install_source_set_proof (InstallSource *self, const InstallProof *options,
                                   GError **error);

/* Adds to @error, that no catalog has it, that it is not a system's name, and similar names. */
void install_source_explain_unknown (const InstallSource *self, GError **error);

/* Finds the restore image and opens it. */
gboolean install_source_open_image (InstallSource *self, VzTool *tool, GError **error);

/* Checks what can be checked without the network: what a system needs, what vouches for a disk
 * image, the image itself if it is local. */
gboolean install_source_check (InstallSource *self, VzTool *tool, VzBundleInstaller *installer,
                               GError **error);

/* Passes it, an opened restore image included, to the installer, which checks whether it can be
 * installed. */
gboolean install_source_give (InstallSource *self, VzTool *tool, VzBundleInstaller *installer,
                              GError **error);

G_END_DECLS
