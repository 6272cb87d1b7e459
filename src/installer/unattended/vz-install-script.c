/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/unattended/vz-install-script.h"

#include <string.h>

#include "foundation/vz-fail.h"

/* How this works
 *
 * libosinfo's script has the answers that a distribution's installer needs; the user's lines follow
 * it, and vz's own come last, since the later of two answers to a question wins. The installer is
 * not told about the user, their keys, sudo and the host name: the script that vz runs in every
 * guest (src/guest/provision.sh) sets these up in the new system. It is the only place where a name
 * or a key appears, and it travels as a file or in base64, so that nothing has to be quoted in an
 * installer's language. */

#define SERIAL_OF(architecture) (g_str_equal (architecture, "aarch64") ? "ttyAMA0" : "ttyS0")
#define LINE 76

/* An emulated Linux on a busy host may find its timer broken in its first moments, and give up. */
#define TIMER_OF(architecture) (g_str_equal (architecture, "x86_64") ? "no_timer_check " : "")

/* Questions that libosinfo leaves open or answers for an earlier time: those for a machine with EFI
 * and one blank disk, the packages that a vz machine has, updates. */
static const char preseed[] = "\n"
                              "d-i auto-install/enable boolean true\n"
                              "d-i hw-detect/load_firmware boolean false\n"
                              "d-i passwd/make-user boolean false\n"
                              "d-i partman-auto/method string regular\n"
                              "d-i partman-auto/choose_recipe select atomic\n"
                              "d-i partman-partitioning/confirm_write_new_label boolean true\n"
                              "d-i partman-efi/non_efi_system boolean true\n"
                              "d-i apt-setup/cdrom/set-first boolean false\n"
                              "popularity-contest popularity-contest/participate boolean false\n"
                              "d-i grub-installer/force-efi-extra-removable boolean true\n"
                              "d-i cdrom-detect/eject boolean false\n"
                              "d-i finish-install/reboot_in_progress note\n"
                              "d-i debian-installer/exit/poweroff boolean true\n"
                              "d-i pkgsel/include string openssh-server sudo qemu-guest-agent\n"
                              "d-i preseed/late_command string "
                              "in-target sed -i '/cdrom/d' /etc/apt/sources.list; "
                              "cp /" VZ_INSTALL_SCRIPT_SETTINGS " /target/root/; "
                              "in-target sh /root/" VZ_INSTALL_SCRIPT_SETTINGS "; "
                              "rm -f /target/root/" VZ_INSTALL_SCRIPT_SETTINGS "\n";

static const char preseed_of_debian[] =
  "\n"
  "d-i apt-setup/services-select multiselect security, updates\n"
  "d-i apt-setup/security_host string security.debian.org\n"
  "tasksel tasksel/first multiselect standard, ssh-server\n";

/* Files created after the installation have no SELinux label yet. */
#define DECODE_AND_RUN \
  "base64 -d > /root/" VZ_INSTALL_SCRIPT_SETTINGS " << 'END_OF_SETTINGS'\n" \
  "%s" \
  "END_OF_SETTINGS\n" \
  "systemctl enable sshd > /dev/null 2>&1 || :\n" \
  "sh /root/" VZ_INSTALL_SCRIPT_SETTINGS "\n" \
  "rm -f /root/" VZ_INSTALL_SCRIPT_SETTINGS "\n" \
  "! command -v restorecon > /dev/null || restorecon -R /etc /home /root /var/lib/vz " \
  "/usr/local/lib || :\n"

void
vz_install_script_clear (VzInstallScript *self)
{
  g_clear_pointer (&self->script, g_free);
  g_clear_pointer (&self->settings, g_free);
  g_clear_pointer (&self->options, g_free);
}

static char *
dup_base64_lines (const char *text)
{
  g_autofree char *coded = g_base64_encode ((const guchar *) text, strlen (text));
  GString *lines = g_string_new (NULL);

  for (const char *at = coded; *at != '\0'; at += strnlen (at, LINE))
    g_string_append_printf (lines, "%.*s\n", LINE, at);
  return g_string_free (lines, FALSE);
}

/* "hd:LABEL=..." with the label as udev escapes it in a name. */
static char *
dup_label (const char *volume)
{
  GString *label = g_string_new (NULL);

  for (const char *c = volume; *c != '\0'; c++)
    if (g_ascii_isalnum (*c) || strchr ("#+-.:=@_", *c) != NULL)
      g_string_append_c (label, *c);
    else
      g_string_append_printf (label, "\\x%02x", (guint) (guchar) *c);
  return g_string_free (label, FALSE);
}

static void
make_preseed (const VzInstallScriptParts *parts, VzInstallScript *self)
{
  gboolean is_debian = g_strcmp0 (parts->unattended->distro, "debian") == 0;

  self->script = g_strconcat (parts->unattended->script, is_debian ? preseed_of_debian : "", "\n",
                              parts->own != NULL ? parts->own : "", preseed,
                              "d-i netcfg/hostname string ", parts->host_name, "\n", NULL);
  self->settings = g_strdup (parts->settings);
  /* Its text front end reports what it does, line by line. Options after the dashes are for the
   * installed system as well. */
  self->options =
    g_strdup_printf ("%s %sauto=true DEBIAN_FRONTEND=text --- console=tty0 console=%s",
                     parts->unattended->options, TIMER_OF (parts->architecture),
                     SERIAL_OF (parts->architecture));
}

static void
make_kickstart (const VzInstallScriptParts *parts, VzInstallScript *self)
{
  g_autofree char *coded = dup_base64_lines (parts->settings);
  g_autofree char *post = g_strdup_printf ("\n%%post\n" DECODE_AND_RUN "%%end\n", coded);
  g_autofree char *label = dup_label (parts->volume);

  self->script = g_strconcat (parts->unattended->script, "\n", parts->own != NULL ? parts->own : "",
                              "\nfirstboot --disable\n"
                              "\n%packages\nopenssh-server\nsudo\nqemu-guest-agent\n%end\n",
                              post, NULL);
  /* Without a boot loader nothing tells Anaconda which volume it is on. */
  self->options = g_strdup_printf ("%s %sinst.stage2=hd:LABEL=%s inst.text console=tty0 console=%s",
                                   parts->unattended->options, TIMER_OF (parts->architecture),
                                   label, SERIAL_OF (parts->architecture));
}

/* @text goes before or after the first @place in the XML. */
static gboolean
insert (GString *xml, const char *place, gboolean before, const char *text, GError **error)
{
  const char *at = strstr (xml->str, place);

  if (at == NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "libosinfo's script has no '%s'", place);
  g_string_insert (xml, at - xml->str + (before ? 0 : (gssize) strlen (place)), text);
  return TRUE;
}

/* YaST starts the new system without restarting the machine unless told to halt. */
static gboolean
make_autoyast (const VzInstallScriptParts *parts, VzInstallScript *self, GError **error)
{
  g_autoptr (GString) xml = g_string_new (parts->unattended->script);
  g_autofree char *coded = dup_base64_lines (parts->settings);
  g_autofree char *script =
    g_strdup_printf ("<script><chrooted config:type=\"boolean\">true</chrooted><source><![CDATA[\n"
                     "#!/bin/sh\n" DECODE_AND_RUN "]]></source></script>\n",
                     coded);

  if (parts->own != NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "lines cannot be added to the script of %s, which is XML",
                    parts->unattended->title);
  if (!insert (xml, "<mode>", FALSE, "\n<halt config:type=\"boolean\">true</halt>", error) ||
      !insert (xml, "</chroot-scripts>", TRUE, script, error) ||
      !insert (xml, "<packages config:type=\"list\">", FALSE,
               "\n<package>openssh</package>\n<package>sudo</package>\n"
               "<package>qemu-guest-agent</package>",
               error))
    return FALSE;
  self->script = g_strdup (xml->str);
  self->options = g_strdup_printf ("%s %stextmode=1 console=tty0 console=%s",
                                   parts->unattended->options, TIMER_OF (parts->architecture),
                                   SERIAL_OF (parts->architecture));
  return TRUE;
}

gboolean
vz_install_script_make (const VzInstallScriptParts *parts, VzInstallScript *ret, GError **error)
{
  g_auto (VzInstallScript) self = { NULL };

  switch (parts->unattended->kind)
    {
    case VZ_UNATTENDED_PRESEED:
      make_preseed (parts, &self);
      break;
    case VZ_UNATTENDED_KICKSTART:
      make_kickstart (parts, &self);
      break;
    case VZ_UNATTENDED_AUTOYAST:
    default:
      if (!make_autoyast (parts, &self, error))
        return FALSE;
    }
  *ret = self;
  self = (VzInstallScript){ NULL };
  return TRUE;
}
