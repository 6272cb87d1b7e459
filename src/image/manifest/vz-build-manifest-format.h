/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The names in the manifest that both the writer and the parser use. Those without a remark are
 * Apple's. */
#define VZ_MANIFEST_MEMBER "BuildManifest.plist"
#define VZ_MANIFEST_DIGEST_MEMBER VZ_MANIFEST_MEMBER ".sha256" /* ours, in a backup */

#define VZ_KEY_ARCHITECTURE "Architecture" /* ours, in Info of an identity */
#define VZ_KEY_BOARD_ID \
  "ApBoardID" /* of an identity; like ApChipID, a number or a text such as "0x20" */
#define VZ_KEY_BUILD_IDENTITIES "BuildIdentities"
#define VZ_KEY_BUILD_NUMBER "BuildNumber"
#define VZ_KEY_CHIP_ID "ApChipID"
#define VZ_KEY_CHUNK_DIGESTS "ChunkDigests" /* ours: all digests, concatenated */
#define VZ_KEY_CHUNK_SIZE "ChunkSize" /* ours, in Info of a component */
#define VZ_KEY_DATA_SIZE "DataSize" /* ours, in a backup: bytes that are not holes */
#define VZ_KEY_DEVICE_CLASS "DeviceClass"
#define VZ_KEY_DIGEST "Digest" /* of a chunked component: over its ChunkDigests */
#define VZ_KEY_GROW "Grow" /* ours */
#define VZ_KEY_GUEST_SETTINGS "GuestSettings" /* ours, in Info of an identity */
#define VZ_KEY_HASH_METHOD "HashMethod"
#define VZ_KEY_INFO "Info"
#define VZ_KEY_MANIFEST "Manifest"
#define VZ_KEY_MANIFEST_VERSION "ManifestVersion"
#define VZ_KEY_MINIMUM_CPU_COUNT "VirtualMachineMinCPUCount"
#define VZ_KEY_MINIMUM_DISK_SIZE "MinimumDiskSize" /* ours, bytes */
#define VZ_KEY_MINIMUM_HOST "VirtualMachineMinHostOS"
#define VZ_KEY_MINIMUM_MEMORY_SIZE_MB "VirtualMachineMinMemorySizeMB" /* MiB */
#define VZ_KEY_MODIFIED "Modified" /* ours, in a backup: nanoseconds since 1970 */
#define VZ_KEY_ORDER "Order" /* ours: position on the disk, from 0 */
#define VZ_KEY_PARTITION_NAME "PartitionName" /* ours */
#define VZ_KEY_PARTITION_TYPE "PartitionType" /* ours, GUID */
#define VZ_KEY_PARTITION_UUID "PartitionUUID" /* ours */
#define VZ_KEY_PATH "Path"
#define VZ_KEY_PAYLOAD_TYPE "Img4PayloadType"
#define VZ_KEY_PRODUCT_BUILD_VERSION "ProductBuildVersion"
#define VZ_KEY_PRODUCT_NAME \
  "ProductName" /* at top level it is ours; Apple has it in SystemVersion.plist */
#define VZ_KEY_PRODUCT_TYPE "Ap,ProductType" /* of an identity */
#define VZ_KEY_PRODUCT_VERSION "ProductVersion"
#define VZ_KEY_RESTORE_BEHAVIOR "RestoreBehavior"
#define VZ_KEY_SIZE "Size" /* ours: unpacked bytes */
#define VZ_KEY_SUPPORTED_PRODUCT_TYPES "SupportedProductTypes"
#define VZ_KEY_VARIANT "Variant"

#define VZ_VARIANT_ERASE_INSTALL "Customer Erase Install (IPSW)"
#define VZ_BEHAVIOR_BACKUP "Backup" /* ours: not for an installation */
/* How the guest gets its settings; by default, the guest agent writes them. */
#define VZ_GUEST_SETTINGS_CLOUD_INIT "cloud-init"
#define VZ_GUEST_SETTINGS_IGNITION "ignition"
#define VZ_HASH_METHOD_SHA256 "sha2-256"

/* What the manifest says about the image. Strings are borrowed for the call. */
typedef struct {
  const char *operating_system; /* "Debian GNU/Linux" */
  const char *product_version; /* "12.9" */
  const char *build_version; /* any short name of this build; NULL: derived from the content */
  const char *architecture; /* "x86_64" or "aarch64" */
  const char *guest_settings; /* VZ_GUEST_SETTINGS_...; NULL: by the guest agent */
  const char *variant; /* NULL: "Customer Erase Install (IPSW)", Apple's name for it */
  const char *backup_of; /* of a backup: the machine's name, instead of a system and requirements;
                          * NULL otherwise */
  guint minimum_cpu_count; /* at least 1 */
  guint64 minimum_memory_size; /* bytes, rounded up to MiB */
  guint64 minimum_disk_size; /* bytes; 0: the sizes of the components and 4 MiB for the table */
} VzRestoreImageDescription;

/* The manifest of an image with one identity, as an XML property list. @components: of
 * VzComponent. */
GBytes *vz_build_manifest_format (const VzRestoreImageDescription *description,
                                  GPtrArray *components);

G_END_DECLS
