/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/**
 * VZ_ERROR:
 *
 * The error domain of vz. Apple: `VZErrorDomain`. Codes up to 30004 have Apple's names and numbers
 * (`VZErrorCode`); those from 40001 are ours. Where Apple has a code and ours is more precise, the
 * error has Apple's code, and ours is that of vz_error_dup_underlying(). Errors of %G_IO_ERROR pass
 * through unchanged only for cancellation (%G_IO_ERROR_CANCELLED).
 */
#define VZ_ERROR (vz_error_quark ())

/**
 * VZ_POSIX_ERROR_DOMAIN:
 *
 * The name of the domain whose codes are this system's `errno` values. Apple: `NSPOSIXErrorDomain`.
 * Only vz_error_dup_underlying() returns errors of this domain.
 */
#define VZ_POSIX_ERROR_DOMAIN "NSPOSIXErrorDomain"

/**
 * VzError:
 * @VZ_ERROR_INTERNAL: an internal failure, such as the death of QEMU
 * @VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION: the configuration was rejected
 * @VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE: the call is not possible in the current state
 * @VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION: the requested change of state is not possible
 * @VZ_ERROR_INVALID_DISK_IMAGE: unknown format or broken image
 * @VZ_ERROR_VIRTUAL_MACHINE_LIMIT_EXCEEDED: too many running machines
 * @VZ_ERROR_NETWORK_ERROR: a network failure
 * @VZ_ERROR_OUT_OF_DISK_SPACE: the host's disk is full, or would be
 * @VZ_ERROR_OPERATION_CANCELLED: the operation was cancelled
 * @VZ_ERROR_NOT_SUPPORTED: this host cannot do it
 * @VZ_ERROR_SAVE: saving the machine's state failed
 * @VZ_ERROR_RESTORE: restoring the machine's state failed
 * @VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED: the catalog could not be loaded
 * @VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG: the catalog is malformed
 * @VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG: the catalog has no image for this host
 * @VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED: the restore image could not be read
 * @VZ_ERROR_INVALID_RESTORE_IMAGE: the restore image is malformed or broken
 * @VZ_ERROR_INSTALLATION_REQUIRES_UPDATE: the host needs an update first
 * @VZ_ERROR_INSTALLATION_FAILED: the installation failed
 * @VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED: NBD negotiation failed
 * @VZ_ERROR_NETWORK_BLOCK_DEVICE_DISCONNECTED: the NBD server went away
 * @VZ_ERROR_USB_CONTROLLER_NOT_FOUND: no such USB controller
 * @VZ_ERROR_DEVICE_ALREADY_ATTACHED: the device is already attached
 * @VZ_ERROR_DEVICE_INITIALIZATION_FAILURE: the device could not be set up
 * @VZ_ERROR_DEVICE_NOT_FOUND: no such device
 * @VZ_ERROR_NOT_FOUND: a file, bundle, machine or component does not exist
 * @VZ_ERROR_EXISTS: something already exists and will not be overwritten
 * @VZ_ERROR_BUSY: it is in use; the message says by whom
 * @VZ_ERROR_INVALID_ARGUMENT: a value given by the caller is malformed
 * @VZ_ERROR_INVALID_BUNDLE: a file of a VM bundle is malformed
 * @VZ_ERROR_DIGEST_MISMATCH: the data does not have the expected digest
 * @VZ_ERROR_IO: a file operation failed; the message carries the system's reason
 * @VZ_ERROR_TIMED_OUT: something did not answer in time
 * @VZ_ERROR_GUEST_AGENT: the guest's agent reported an error
 * @VZ_ERROR_FOREIGN_SAVED_STATE: a saved state is from another version of vz or QEMU, or from
 * another host, and may be usable there
 * @VZ_ERROR_VERIFICATION_FAILED: a publisher's signature or list of digests does not vouch for
 * something, or its signer is unknown
 *
 * Codes of %VZ_ERROR.
 */
typedef enum {
  VZ_ERROR_INTERNAL = 1,
  VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION = 2,
  VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE = 3,
  VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION = 4,
  VZ_ERROR_INVALID_DISK_IMAGE = 5,
  VZ_ERROR_VIRTUAL_MACHINE_LIMIT_EXCEEDED = 6,
  VZ_ERROR_NETWORK_ERROR = 7,
  VZ_ERROR_OUT_OF_DISK_SPACE = 8,
  VZ_ERROR_OPERATION_CANCELLED = 9,
  VZ_ERROR_NOT_SUPPORTED = 10,
  VZ_ERROR_SAVE = 11,
  VZ_ERROR_RESTORE = 12,
  VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED = 10001,
  VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG = 10002,
  VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG = 10003,
  VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED = 10004,
  VZ_ERROR_INVALID_RESTORE_IMAGE = 10005,
  VZ_ERROR_INSTALLATION_REQUIRES_UPDATE = 10006,
  VZ_ERROR_INSTALLATION_FAILED = 10007,
  VZ_ERROR_NETWORK_BLOCK_DEVICE_NEGOTIATION_FAILED = 20001,
  VZ_ERROR_NETWORK_BLOCK_DEVICE_DISCONNECTED = 20002,
  VZ_ERROR_USB_CONTROLLER_NOT_FOUND = 30001,
  VZ_ERROR_DEVICE_ALREADY_ATTACHED = 30002,
  VZ_ERROR_DEVICE_INITIALIZATION_FAILURE = 30003,
  VZ_ERROR_DEVICE_NOT_FOUND = 30004,
  VZ_ERROR_NOT_FOUND = 40001,
  VZ_ERROR_EXISTS = 40002,
  VZ_ERROR_BUSY = 40003,
  VZ_ERROR_INVALID_ARGUMENT = 40004,
  VZ_ERROR_INVALID_BUNDLE = 40005,
  VZ_ERROR_DIGEST_MISMATCH = 40006,
  VZ_ERROR_IO = 40007,
  VZ_ERROR_TIMED_OUT = 40008,
  VZ_ERROR_GUEST_AGENT = 40009,
  VZ_ERROR_FOREIGN_SAVED_STATE = 40010,
  VZ_ERROR_VERIFICATION_FAILED = 40011,
} VzError;

VZ_PUBLIC
GQuark vz_error_quark (void);
VZ_PUBLIC
void vz_error_set_underlying (GError *failure, const GError *underlying);
VZ_PUBLIC
GError *vz_error_dup_underlying (const GError *failure);

G_END_DECLS
