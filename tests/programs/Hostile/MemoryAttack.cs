using Redoubt.Abi;
using Redoubt.Partition;
using Redoubt.Probing;

namespace Redoubt.Hostile;

/// <summary>Accesses of every kind to every class of address.</summary>
internal static unsafe class MemoryAttack
{
    private const ulong Classes = 16;
    private const ulong RamSize = 4 << 20;
    private const ulong Edge = 0x100, Inside = 0xc00;

    /// <summary>Physical addresses of the board and of Redoubt's own memory (see Layout), none of which is an address here.</summary>
    private const ulong Distributor = 0x0800_0000, Redistributors = 0x080a_0000, Uart = 0x0900_0000, KernelText = Layout.Kernel;

    /// <summary>Accesses memory so often.</summary>
    public static void Go(ref Attacker attacker, ulong count)
    {
        for (ulong i = 0; i < count; i++)
        {
            ulong address = Target(ref attacker, out bool foreign);
            attacker.Words[0] = address;
            for (int n = 1; n < 4; n++)
                attacker.Words[n] = attacker.Value();
            attacker.Accesses++;
            if (attacker.Random.Below(4) == 0)
            {
                attacker.Run(Stubs.Operation(attacker.Random.Below(Stubs.OperationCount())));
            }
            else
            {
                // The last is a fetch: its own memory holds anything by now, and would run.
                ulong stub = attacker.Random.Below(Stubs.AccessCount() - (foreign ? 0UL : 1));
                if (attacker.Run(Stubs.Access(stub)) == 0 && foreign)
                    Findings.Note(Findings.Reached, address, stub, attacker.Words[1]);
            }
        }
    }

    /// <summary>An address of some class. <paramref name="foreign"/>: nothing at it is this partition's.</summary>
    public static ulong Target(ref Attacker attacker, out bool foreign)
    {
        ulong random = attacker.Random.Next();
        foreign = true;
        switch (attacker.Random.Below(Classes))
        {
            case 0:
            case 1:
                foreign = false;
                return Stubs.Scratch() + Edge + random % Inside;
            case 2:
                foreign = false;
                return Stubs.Scratch() + Edge + (random % Inside & ~63UL);
            case 3:
                foreign = false;
                return Layout.Manifest + random % Inside;
            case 4:
                // Across the end of the memory.
                foreign = false;
                return GuestMap.Ram + RamSize - random % 16;
            case 5:
                foreign = false;
                return SharedTarget(random);
            case 6:
                return Distributor + random % 0x1_0000;
            case 7:
                return Redistributors + random % 0x4_0000;
            case 8:
                return Uart + random % 0x1000;
            case 9:
                return KernelText + random % 0x20_0000;
            case 10:
                return Layout.Free + random % 0x800_0000;
            case 11:
                return Layout.Devices + random % 0x1000_0000;
            case 12:
                return Layout.Pristine + random % 0x1000_0000;
            case 13:
                // Beyond 39 bits, which stage 2 ends at.
                return (1UL << Layout.IpaBits) | (random & 0xffff_ffff_ffff);
            case 14:
                return (0xffffUL << 48) | random;
            default:
                return Tags.Bait + 0x1000 + (random & 0xff_ffff);
        }
    }

    // Memory that the Heartbeat shares with this partition.
    private static ulong SharedTarget(ulong random) =>
        Self.TryFindChannel("target"u8, out ChannelEnd* end) && end->Size > Edge + Inside ? end->Address + Edge + random % Inside : Layout.Manifest;
}
