using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Redoubt.Abi;

namespace Redoubt.Systems;

/// <summary>
/// The phone's disk (virtio over PCI: Virtual I/O Device 1.1, 4.1 and 5.2), taken from Linux's driver and told by root, through /dev/mem, which addresses to read
/// and to write (tests/programs/Attacker/disk.c). What it has read, and what it is to write, is on the disk.
/// </summary>
internal sealed class DmaDisk
{
    /// <summary>Bytes that it moves at once.</summary>
    public const int SectorSize = 512;

    /// <summary>Stream ID: slot 2 of bus 0.</summary>
    public const uint Stream = 2 << 3;

    // Root's RAM, which Linux leaves alone.
    private const ulong Free = GuestMap.Ram + (304UL << 20);

    private const int CommonKind = 1, NotifyKind = 2, VendorSpecific = 9, CapabilityPointer = 0x34;
    private const string Function = "/sys/bus/pci/devices/0000:00:02.0";

    private readonly CompromisedPhone _phone;
    private readonly string _program;

    /// <summary>Takes it.</summary>
    public DmaDisk(CompromisedPhone phone)
    {
        _phone = phone;
        // Memory and bus master, as the driver had them.
        phone.Linux.Run($"cd {Function}; echo 0000:00:02.0 > driver/unbind; printf '\\006' | dd of=config bs=1 seek=4 conv=notrunc 2>/dev/null; cd");
        byte[] config = Convert.FromHexString(Regex.Replace(phone.Linux.Run($"head -c 256 {Function}/config | xxd -p -c 256"), "[^0-9a-f]", ""));
        ulong[] bars = [.. phone.Linux.Run($"cat {Function}/resource").Split('\n').Take(6).Select(line => ulong.Parse(line.Split(' ')[0][2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        ulong common = 0, notify = 0;
        for (int at = config[CapabilityPointer]; at != 0; at = config[at + 1])
        {
            ulong address = bars[config[at + 4]] + BitConverter.ToUInt32(config, at + 8);
            if (config[at] == VendorSpecific && config[at + 3] == CommonKind)
                common = address;
            else if (config[at] == VendorSpecific && config[at + 3] == NotifyKind)
                notify = address;
        }

        _program = phone.Install("disk", () => AttackerProgram.Build("disk.c", "-Wall", "-Wextra", "-Werror", "-Os", "-static", "-s")) + $" 0x{common:x} 0x{notify:x} 0x{Free:x}";
    }

    /// <summary>Has the disk read memory.</summary>
    /// <param name="addresses">As the disk is told them.</param>
    /// <returns>For each: what is on the disk now.</returns>
    public IReadOnlyList<byte[]> Read(IReadOnlyList<ulong> addresses)
    {
        _phone.Disk = new byte[CompromisedPhone.DiskSize];
        Move(addresses.Select((address, sector) => $"out {sector} 0x{address:x}"));
        return [.. _phone.Disk.Chunk(SectorSize).Take(addresses.Count)];
    }

    /// <summary>Has the disk write memory.</summary>
    /// <param name="pieces">Addresses as the disk is told them, and a sector's content for each.</param>
    public void Write(IReadOnlyList<(ulong Address, byte[] Sector)> pieces)
    {
        byte[] disk = new byte[CompromisedPhone.DiskSize];
        for (int sector = 0; sector < pieces.Count; sector++)
            pieces[sector].Sector.CopyTo(disk, sector * SectorSize);
        _phone.Disk = disk;
        Move(pieces.Select((piece, sector) => $"in {sector} 0x{piece.Address:x}"));
    }

    private void Move(IEnumerable<string> moves)
    {
        _phone.Give("moves", Encoding.ASCII.GetBytes(string.Join('\n', moves) + "\n"));
        _phone.Linux.Run($"{_program} < /tmp/moves");
    }
}
