using Redoubt.Abi;

namespace Redoubt.Monitor;

/// <summary>What remains to be done after a <see cref="Psci.Call"/>.</summary>
public enum PsciEffect
{
    /// <summary>The caller goes on.</summary>
    None,

    /// <summary>A vCPU was requested to start; the caller goes on.</summary>
    Started,

    /// <summary>The caller is off.</summary>
    CpuOff,

    /// <summary>The guest is off.</summary>
    SystemOff,

    /// <summary>The guest starts anew.</summary>
    SystemReset,
}

/// <summary>Power State Coordination Interface, version 1.1 (DEN0022).</summary>
internal static class Psci
{
    public const uint Version = 0x8400_0000, CpuSuspend = 0x8400_0001, CpuOff = 0x8400_0002, CpuOn = 0x8400_0003, AffinityInfo = 0x8400_0004,
        MigrateInfoType = 0x8400_0006, SystemOff = 0x8400_0008, SystemReset = 0x8400_0009, Features = 0x8400_000a, SystemReset2 = 0x8400_0012;

    public const ulong VersionValue = 0x1_0001;

    public const ulong Success = 0, NotSupported = ~0UL, InvalidParameters = ~1UL, AlreadyOn = ~3UL, OnPending = ~4UL, InvalidAddress = ~8UL;

    // AFFINITY_INFO results
    private const ulong InfoOn = 0, InfoOff = 1, InfoOnPending = 2;

    // MIGRATE_INFO_TYPE: there is no Trusted OS that would have to migrate.
    private const ulong NoMigration = 2;

    // SYSTEM_RESET2: the only architectural type of reset
    private const uint WarmReset = 0;

    /// <summary>Whether the identifier is a function of this interface that is offered here. Some have a form with 64-bit arguments.</summary>
    public static bool Has(uint function) =>
        function is Version or CpuOff or MigrateInfoType or SystemOff or SystemReset or Features
        || (function & ~Smccc.Wide) is CpuSuspend or CpuOn or AffinityInfo or SystemReset2;

    /// <summary>Serves a call for which <see cref="Has"/> is true; arguments in x1 to x3.</summary>
    public static PsciEffect Call(uint function, ulong a1, ulong a2, ulong a3, ref Power power, in GuestMemory memory, ref Reply reply)
    {
        if ((function & Smccc.Wide) == 0)
        {
            a1 = (uint)a1;
            a2 = (uint)a2;
            a3 = (uint)a3;
        }

        switch (function & ~Smccc.Wide)
        {
            case Version:
                reply.V0 = VersionValue;
                break;
            case CpuSuspend:
                // Every state asked for is the one there is: to wait for an interrupt.
                reply.V0 = Success;
                reply.Action |= ResumeAction.Suspend;
                break;
            case CpuOff:
                return PsciEffect.CpuOff;
            case CpuOn:
                reply.V0 = TurnOn(a1, a2, a3, ref power, in memory);
                return reply.V0 == Success ? PsciEffect.Started : PsciEffect.None;
            case AffinityInfo:
                reply.V0 = Query(a1, a2, in power);
                break;
            case MigrateInfoType:
                reply.V0 = NoMigration;
                break;
            case SystemOff:
                return PsciEffect.SystemOff;
            case SystemReset:
                return PsciEffect.SystemReset;
            case SystemReset2:
                if ((uint)a1 == WarmReset)
                    return PsciEffect.SystemReset;
                reply.V0 = InvalidParameters;
                break;
            case Features:
                reply.V0 = Has((uint)a1) || (uint)a1 == Smccc.Version ? Success : NotSupported;
                break;
        }

        return PsciEffect.None;
    }

    private static ulong TurnOn(ulong affinity, ulong entry, ulong context, ref Power power, in GuestMemory memory)
    {
        if (affinity >= (ulong)power.Count)
            return InvalidParameters;
        if ((entry & 3) != 0 || !memory.Contains(entry, 4))
            return InvalidAddress;
        int vcpu = (int)affinity;
        if (power.IsOn(vcpu))
            return AlreadyOn;
        if (power.IsRequested(vcpu))
            return OnPending;
        power.Request(vcpu, entry, context);
        return Success;
    }

    // Levels above 0 need not be supported from version 1.0 on.
    private static ulong Query(ulong affinity, ulong level, in Power power)
    {
        if (affinity >= (ulong)power.Count || (uint)level != 0)
            return InvalidParameters;
        int vcpu = (int)affinity;
        return power.IsOn(vcpu) ? InfoOn : power.IsRequested(vcpu) ? InfoOnPending : InfoOff;
    }
}
