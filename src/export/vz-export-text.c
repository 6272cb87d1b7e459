/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export/vz-export-text.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

char *
vz_export_dup_domain (const VzExportMachine *self)
{
  gboolean arm = g_str_equal (self->architecture, "aarch64");
  g_autofree char *address = self->mac_address != NULL
                               ? g_strdup_printf ("<mac address='%s'/>", self->mac_address)
                               : g_strdup ("");
  g_autofree char *head =
    g_markup_printf_escaped ("<domain type='kvm'>\n"
                             "  <name>%s</name>\n"
                             "  <uuid>%s</uuid>\n"
                             "  <memory unit='b'>%" G_GUINT64_FORMAT "</memory>\n"
                             "  <vcpu>%u</vcpu>\n"
                             "  <os firmware='efi'><type arch='%s' machine='%s'>hvm</type></os>\n"
                             "  <features><acpi/></features>\n"
                             "  <cpu mode='host-passthrough'/>\n"
                             "  <devices>\n"
                             "    <disk type='file' device='disk'>\n"
                             "      <driver name='qemu' type='%s' discard='unmap'/>\n"
                             "      <source file='%s'/>\n"
                             "      <target dev='vda' bus='virtio'/>\n"
                             "    </disk>\n",
                             self->name, self->uuid, self->memory_size, self->cpu_count,
                             self->architecture, arm ? "virt" : "q35", self->format, self->disk);

  return g_strdup_printf (
    "%s"
    "    <interface type='user'>%s<model type='virtio'/></interface>\n"
    "    <serial type='pty'/>\n"
    "    <console type='pty'/>\n"
    "    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>\n"
    "    <input type='keyboard' bus='usb'/>\n"
    "    <input type='tablet' bus='usb'/>\n"
    "    <graphics type='vnc' autoport='yes' listen='127.0.0.1'/>\n"
    "    <video><model type='virtio'/></video>\n"
    "    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>\n"
    "  </devices>\n"
    "</domain>\n",
    head, address);
}

/* One item of hardware: @more has its specific elements. */
static void
add_item (GString *xml, guint id, guint type, const char *name, const char *more)
{
  g_string_append_printf (xml,
                          "      <Item>\n"
                          "        <rasd:ElementName>%s</rasd:ElementName>\n"
                          "        <rasd:InstanceID>%u</rasd:InstanceID>\n"
                          "%s"
                          "        <rasd:ResourceType>%u</rasd:ResourceType>\n"
                          "      </Item>\n",
                          name, id, more, type);
}

/* The numbers are CIM's: 3 processor, 4 memory, 10 Ethernet, 17 disk, 20 other storage. */
static void
add_hardware (GString *xml, const VzExportMachine *self)
{
  g_autofree char *cpus =
    g_strdup_printf ("        <rasd:VirtualQuantity>%u</rasd:VirtualQuantity>\n", self->cpu_count);
  g_autofree char *memory =
    g_strdup_printf ("        <rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits>\n"
                     "        <rasd:VirtualQuantity>%" G_GUINT64_FORMAT "</rasd:VirtualQuantity>\n",
                     self->memory_size / MIB);

  add_item (xml, 1, 3, "processors", cpus);
  add_item (xml, 2, 4, "memory", memory);
  add_item (xml, 3, 20, "SATA controller",
            "        <rasd:Address>0</rasd:Address>\n"
            "        <rasd:ResourceSubType>AHCI</rasd:ResourceSubType>\n");
  add_item (xml, 4, 17, "disk",
            "        <rasd:AddressOnParent>0</rasd:AddressOnParent>\n"
            "        <rasd:HostResource>ovf:/disk/disk1</rasd:HostResource>\n"
            "        <rasd:Parent>3</rasd:Parent>\n");
  add_item (xml, 5, 10, "network",
            "        <rasd:AutomaticAllocation>true</rasd:AutomaticAllocation>\n"
            "        <rasd:Connection>NAT</rasd:Connection>\n"
            "        <rasd:ResourceSubType>E1000</rasd:ResourceSubType>\n");
}

#define CIM "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_"
#define OVF "http://schemas.dmtf.org/ovf/envelope/1"
#define STREAM "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"

char *
vz_export_dup_ovf (const VzExportMachine *self, guint64 disk_length)
{
  g_autofree char *name = g_markup_escape_text (self->name, -1);
  g_autofree char *disk = g_markup_escape_text (self->disk, -1);
  GString *xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<Envelope xmlns=\"" OVF "\" xmlns:ovf=\"" OVF "\"\n"
                               "  xmlns:rasd=\"" CIM "ResourceAllocationSettingData\"\n"
                               "  xmlns:vssd=\"" CIM "VirtualSystemSettingData\"\n"
                               "  xmlns:vmw=\"http://www.vmware.com/schema/ovf\">\n");

  g_string_append_printf (xml,
                          "  <References>\n"
                          "    <File ovf:id=\"file1\" ovf:href=\"%s\" ovf:size=\"%" G_GUINT64_FORMAT
                          "\"/>\n"
                          "  </References>\n"
                          "  <DiskSection>\n"
                          "    <Info>the disk</Info>\n"
                          "    <Disk ovf:diskId=\"disk1\" ovf:fileRef=\"file1\" "
                          "ovf:capacity=\"%" G_GUINT64_FORMAT
                          "\" ovf:capacityAllocationUnits=\"byte\" "
                          "ovf:format=\"" STREAM "\"/>\n"
                          "  </DiskSection>\n"
                          "  <NetworkSection>\n"
                          "    <Info>the network</Info>\n"
                          "    <Network ovf:name=\"NAT\"/>\n"
                          "  </NetworkSection>\n"
                          "  <VirtualSystem ovf:id=\"%s\">\n"
                          "    <Info>a machine</Info>\n"
                          "    <Name>%s</Name>\n"
                          "    <OperatingSystemSection ovf:id=\"101\">\n"
                          "      <Info>Linux, 64 bits</Info>\n"
                          "    </OperatingSystemSection>\n"
                          "    <VirtualHardwareSection>\n"
                          "      <Info>the hardware</Info>\n",
                          disk, disk_length, self->disk_size, name, name);
  add_hardware (xml, self);
  g_string_append (xml, "      <vmw:Config ovf:required=\"false\" vmw:key=\"firmware\" "
                        "vmw:value=\"efi\"/>\n"
                        "    </VirtualHardwareSection>\n"
                        "  </VirtualSystem>\n"
                        "</Envelope>\n");
  return g_string_free (xml, FALSE);
}
