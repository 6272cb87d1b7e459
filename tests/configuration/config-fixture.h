/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vz.h"

/* A private directory with the files that a valid configuration needs. */
typedef struct {
  char *directory; /* owned; removed at the end */
  VzVirtualMachineConfiguration *config; /* owned; valid until a test breaks it */
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);

/* A path in the directory; with @size bytes of zeros unless @size is negative. Transfer full. */
char *fixture_file (Fixture *fixture, const char *name, gssize size);

/* Appends @device, whose reference is taken, to a list property. */
void fixture_add (gpointer config, const char *property, gpointer device);

/* Sets an object property of the machine, or the attachment of its serial port; the reference is
 * taken. */
void fixture_set_new (Fixture *fixture, const char *property, gpointer object);
void fixture_set_serial (Fixture *fixture, gpointer attachment);

/* One of QEMU's x86_64 boards by name, whether this host has it or not. */
VzGenericHardwareModel *fixture_new_model (const char *machine_type);

/* The first device of a list property, borrowed. */
gpointer fixture_first (Fixture *fixture, const char *property);

/* Lets another user reach the directory and the disk. */
void fixture_let_others_in (Fixture *fixture);
