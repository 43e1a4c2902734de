using System.Runtime;
using System.Threading;
using Redoubt.Abi;
using Redoubt.Bench;

namespace Redoubt.Rogue;

/// <summary>
/// A driver that has its disk read and write everybody's memory. What the disk reads there ends up in sectors of the disk; what it writes there is a
/// mark. Whoever looks at disk and memory afterwards sees what has succeeded.
/// </summary>
internal static unsafe class Program
{
    /// <summary>The mark in two halves: no register ever holds it, so that it is found in memory only where the device put it.</summary>
    private const ushort MarkLow = 0xf00d, MarkHigh = 0xd15c;

    private const ulong Sector = 512;

    /// <summary>Accesses after which it says how far it has come.</summary>
    private const int Milestone = 500;

    /// <summary>Where its memory lies in the machine (tests/descriptions/rogue.toml).</summary>
    private const ulong Physical = 0x4800_0000;

    /// <summary>Sectors: the mark, what was read, one for each target; the list of targets.</summary>
    private const ulong MarkSector = 0, FirstSector = 1, ListSector = 0x8000;

    [RuntimeExport("bench_main")]
    private static void Main()
    {
        Uart.Initialise();
        if (!Disk.Open())
        {
            Say("rogue: there is no disk"u8);
            return;
        }

        Fill(MarkLow, MarkHigh);
        ulong displacement = 0;
        Disk.Start(displacement);
        if (!Disk.MoveOwn(Disk.ToDisk, MarkSector))
        {
            // A device that nothing confines sees physical addresses.
            displacement = Physical - GuestMap.Ram;
            Disk.Start(displacement);
            Say(Disk.MoveOwn(Disk.ToDisk, MarkSector) ? "rogue: the disk is UNCONFINED"u8 : "rogue: the disk does not work"u8);
        }

        Targets.Make(GuestMap.Ram + displacement);
        Uart.Write("rogue: targets"u8);
        Uart.Write((ulong)Targets.Count);
        Uart.EndLine();
        WriteList();
        Fill(MarkLow, MarkHigh);
        Attack(Disk.ToDisk);
        Attack(Disk.FromDisk);
        Fill(0, 0);
        bool works = Disk.MoveOwn(Disk.FromDisk, MarkSector) && IsMarked(Disk.Buffer) && IsMarked(Disk.Buffer + Sector - Disk.WordSize);
        Say(works ? "rogue: done, own memory is still reached"u8 : "rogue: done, own memory is NOT reached"u8);
        while (true)
            continue;
    }

    private static void Attack(uint kind)
    {
        ulong answered = 0;
        for (int i = 0; i < Targets.Count; i++)
        {
            if (Disk.Move(kind, kind == Disk.ToDisk ? FirstSector + (ulong)i : MarkSector, Targets.Get(i)))
                answered++;
            if (i % Milestone == 0)
            {
                Uart.Write("rogue: at"u8);
                Uart.Write((ulong)i);
                Uart.EndLine();
            }
        }

        Uart.Write(kind == Disk.ToDisk ? "rogue: asked to read"u8 : "rogue: asked to write"u8);
        Uart.Write((ulong)Targets.Count);
        Uart.Write(answered);
        Uart.EndLine();
    }

    private static void WriteList()
    {
        ulong sectors = ((ulong)Targets.Count * 8 + Sector - 1) / Sector;
        for (ulong i = 0; i < sectors; i++)
        {
            for (ulong offset = 0; offset < Sector; offset += 8)
                *(ulong*)(Disk.Buffer + offset) = *(ulong*)(Targets.Address + i * Sector + offset);
            if (!Disk.MoveOwn(Disk.ToDisk, ListSector + i))
                Say("rogue: the disk FAILED"u8);
        }
    }

    // Whether a word of memory is the mark.
    private static bool IsMarked(ulong word) => Volatile.Read(ref *(ushort*)word) == MarkLow && Volatile.Read(ref *(ushort*)(word + 2)) == MarkHigh;

    private static void Fill(ushort low, ushort high)
    {
        for (ulong offset = 0; offset < Sector; offset += Disk.WordSize)
        {
            Volatile.Write(ref *(ushort*)(Disk.Buffer + offset), low);
            Volatile.Write(ref *(ushort*)(Disk.Buffer + offset + 2), high);
        }
    }

    private static void Say(System.ReadOnlySpan<byte> text)
    {
        Uart.Write(text);
        Uart.EndLine();
    }

    [RuntimeExport("redoubt_panic")]
    private static void Panic(ulong reason)
    {
        Uart.Write("rogue: panic"u8);
        Uart.Write(reason);
        Uart.EndLine();
        Cpu.Off();
    }
}
