using System.Runtime.CompilerServices;

namespace Redoubt.Monitor;

/// <summary>Configuration of 32 interrupts, one bit each: those private to a vCPU, or the shared ones.</summary>
public struct Bank
{
    /// <summary>In Group 1; others are never signalled, since this machine has no FIQ.</summary>
    public uint Group;

    /// <summary>Enabled.</summary>
    public uint Enabled;

    /// <summary>Edge-triggered; others are level-sensitive.</summary>
    public uint Edge;

    /// <summary>Priorities.</summary>
    public Priorities Priorities;

    /// <summary>Takes the values after reset. Everything is in Group 1, so that a guest which never heard of groups has interrupts.</summary>
    public void Reset(uint edge)
    {
        Group = ~0U;
        Enabled = 0;
        Edge = edge;
        for (int i = 0; i < 32; i++)
            Priorities[i] = 0;
    }

    /// <summary>ICFGR: bits 2n+1 of sixteen interrupts.</summary>
    public readonly uint Configuration(int half)
    {
        uint value = 0;
        for (int i = 0; i < 16; i++)
            value |= ((Edge >> (16 * half + i)) & 1) << (2 * i + 1);
        return value;
    }

    /// <summary>The reverse of <see cref="Configuration"/>, for the interrupts in the mask.</summary>
    public void Configure(int half, uint value, uint mask)
    {
        uint edge = 0;
        for (int i = 0; i < 16; i++)
            edge |= ((value >> (2 * i + 1)) & 1) << (16 * half + i);
        mask &= 0xffffU << (16 * half);
        Edge = (Edge & ~mask) | (edge & mask);
    }
}

/// <summary>A priority for each of 32 interrupts.</summary>
[InlineArray(32)]
public struct Priorities
{
    private byte _first;
}
