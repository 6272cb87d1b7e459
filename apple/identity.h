/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What follows from a machine's identifier. */

#ifndef APPLE_IDENTITY_H
#define APPLE_IDENTITY_H

#include "failure.h"

/* The number in a machine identifier's data representation, a binary property list with ECID. */
bool identity_read_ecid (const uint8_t *plist, size_t length, uint64_t *ecid);

/* The MAC address of the machine's network device, by vz's rule, so that it is the same on Linux:
 * the first six bytes of SHA-256 over "vz mac-address:" and the ECID, big-endian, made unicast and
 * locally administered. */
bool identity_mac_address (NSData *machine_identifier, char text[18], Failure *failure);

#endif
