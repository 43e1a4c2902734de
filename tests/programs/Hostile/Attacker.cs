using System.Runtime.CompilerServices;
using Redoubt.Probing;

namespace Redoubt.Hostile;

/// <summary>What one vCPU needs for its attacks, and how many it has made.</summary>
internal struct Attacker
{
    /// <summary>Its number in the partition.</summary>
    public ulong Vcpu;

    public Random Random;

    /// <summary>x0 to x9 of a probe.</summary>
    public ProbeWords Words;

    /// <summary>V0 to V31.</summary>
    public VectorWords Vectors;

    /// <summary>Where the sweep over system registers goes on.</summary>
    public ulong Encoding;

    /// <summary>Operations by class.</summary>
    public ulong Calls, Registers, Accesses, Interrupts, Users;

    /// <summary>Of these, exceptions taken, by class (ESR_EL1.EC), and interrupts taken.</summary>
    public ExceptionCounts Exceptions;
    public ulong Taken;

    /// <summary>How often the timer may fire again before its handler turns it off.</summary>
    public ulong Storm;

    /// <summary>Whether it stopped or started the other vCPU.</summary>
    public bool Upset;

    /// <summary>All operations.</summary>
    public readonly ulong Total => Calls + Registers + Accesses + Interrupts + Users;

    private const ulong Special = 16;

    /// <summary>A value for a register or an argument: a boundary, a single bit, this partition's tag, or anything.</summary>
    public ulong Value()
    {
        ulong random = Random.Next();
        ulong small = Random.Below(Special);
        return small switch
        {
            0 => 0,
            1 => 1,
            2 => ~0UL,
            3 => 1UL << 63,
            4 => 1UL << (int)(random & 63),
            5 => ~(1UL << (int)(random & 63)),
            6 => random & 0xff,
            7 => 0x7fff_ffff_ffff_ffff,
            8 => random & 0xffff_ffff,
            9 => 0xffff_ffff,
            _ when small < 13 => Tags.Word(Tags.Hostile, random & 0xff),
            _ => Tags.Bears(Tags.Sentinel, random) ? 0 : random,
        };
    }

    /// <summary>Runs code with the words as registers, notes how it ended, and looks for what is not this partition's.</summary>
    public unsafe ulong Run(ulong code, bool wild = false)
    {
        ulong* words = (ulong*)Unsafe.AsPointer(ref Words);
        ulong call = words[0];
        ulong syndrome = Probe.Run(code, words, wild);
        if (syndrome != 0)
        {
            Exceptions[(int)(syndrome >> 26) & 63]++;
            if (Probe.Block()->Address >> 12 == Tags.Bait >> 12)
                Findings.Note(Findings.Foreign, Findings.FaultAddress, code, Probe.Block()->Address);
        }

        for (int i = 0; i < ProbeWords.Count; i++)
        {
            if (Tags.Bears(Tags.Sentinel, words[i]))
                Findings.Note(Findings.Foreign, (ulong)i, call >> 32 == 0 ? call : code, words[i]);
        }

        return syndrome;
    }
}

/// <summary>V0 to V31, two words each.</summary>
[InlineArray(64)]
internal struct VectorWords
{
    private ulong _first;
}

/// <summary>A count for each exception class.</summary>
[InlineArray(64)]
internal struct ExceptionCounts
{
    private ulong _first;
}
