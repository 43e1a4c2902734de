using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Monitor;

/// <summary>Which of the guest's vCPUs are on.</summary>
public struct Power
{
    /// <summary>States of a vCPU: off; its monitor's vCPU was asked to start it; on.</summary>
    public const ulong Off = 0, Requested = 1, On = 2;

    /// <summary>Each vCPU.</summary>
    public PowerStates Vcpus;

    private ulong _count;

    /// <summary>All of so many vCPUs are off.</summary>
    public void Reset(ulong count)
    {
        _count = count;
        for (int i = 0; i < Limits.VcpusPerPartition; i++)
            Vcpus[i].State = Off;
    }

    /// <summary>Number of vCPUs.</summary>
    public readonly int Count => (int)_count;

    /// <summary>Whether any vCPU is on, or soon will be.</summary>
    public readonly bool IsAnyOn
    {
        get
        {
            for (int i = 0; i < Count; i++)
            {
                if (Vcpus[i].State != Off)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Asks for a vCPU to be started.</summary>
    public void Request(int vcpu, ulong entry, ulong context)
    {
        Vcpus[vcpu].State = Requested;
        Vcpus[vcpu].Entry = entry;
        Vcpus[vcpu].Context = context;
    }
}

/// <summary>One vCPU: its state, and where it starts.</summary>
public struct PowerState
{
    public ulong State;
    public ulong Entry;
    public ulong Context;
}

/// <summary>The vCPUs by number.</summary>
[InlineArray(Limits.VcpusPerPartition)]
public struct PowerStates
{
    private PowerState _first;
}
