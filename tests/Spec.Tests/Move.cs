using CsCheck;
using Redoubt.Kernel;
using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Spec.Tests;

/// <summary>Something that happens on one CPU; numbers without meaning until a state gives them one.</summary>
internal sealed record Move(int Kind, ulong Cpu, ulong Choice, ulong[] Words)
{
    private const ulong Read = 1;

    // A software-generated interrupt that the kernel does not use.
    private const uint Stray = 1 << 5;

    private static readonly ulong[] _systemRegisters =
    [
        0x3a_3016, 0x3a_3016, 0x3a_3016, 0x3e_3016, 0x3c_3016, 0x3a_3018, 0x32_0400, 0x3e_4000, 0x30_0008, 0x30_000e, 0x3a_000c, 0x24_0002, 0x14_1c0c, 0x14_1c1c, 0x3e_2c02, 0x30_fc00,
    ];

    private static readonly Gen<ulong> _word = Gen.Frequency(
        (4, Gen.ULong[0, 12]), (2, Gen.OneOf(Gen.Const(0UL), Gen.Const(~0UL), Gen.Const(31UL), Gen.Const(256UL), Gen.Const(0xffUL))), (2, Gen.ULong), (1, Gen.ULong[13, 90]));

    /// <summary>Any move.</summary>
    public static Gen<Move> Any { get; } = Gen.Select(Gen.Int[0, 99], Gen.ULong[0, 1], Gen.ULong, _word.Array[8], (kind, cpu, choice, words) => new Move(kind, cpu, choice, words));

    public override string ToString() => $"({Kind}, {Cpu}, 0x{Choice:x}, [{string.Join(", ", Words.Select(word => $"0x{word:x}"))}])";

    /// <summary>Makes it happen.</summary>
    public void Make(Twin twin)
    {
        Core core = twin.Hardware.Cores[Cpu];
        if (twin.Hardware.Signals(core) && (Kind < 80 || twin.Running(Cpu) == Limits.NoVcpu))
            twin.Interrupt(Cpu);
        else if (Kind < 12)
            twin.Hardware.Counter += Kind < 9 ? Choice % 2_000 : Choice % 30_000;
        else if (Kind == 12 && Choice % 8 == 0)
            (core.Enabled, core.Latched) = (core.Enabled | Stray, core.Latched | Stray);
        else if (Kind == 12 && Choice % 8 == 1)
            twin.Interrupt(Cpu);
        else if (Kind < 16)
            twin.Hardware.SetLine(Family.Devices[Choice % (ulong)Family.Devices.Length], Kind < 14);
        else if (twin.Running(Cpu) == Limits.NoVcpu)
            Sleep(twin);
        else if ((Kernel.State.PartitionOf(twin.Running(Cpu)).Flags & PartitionFlags.Service) != 0)
            RunService(twin);
        else
            RunGuest(twin, core);
    }

    /// <summary>An idle CPU wakes up for nothing, or time passes.</summary>
    private void Sleep(Twin twin)
    {
        if (Kind == 99)
            twin.Interrupt(Cpu);
        else
            twin.Hardware.Counter += Choice % 20_000;
    }

    private void RunService(Twin twin)
    {
        if (Kind == 99)
            twin.Except(Cpu, Syndrome(ExceptionClass.Unknown));
        else if (Kind < 62)
            twin.Call(Cpu, Call.Base + Call.Wait, Deadline(twin));
        else
            CallAny(twin);
    }

    private void RunGuest(Twin twin, Core core)
    {
        if (Kind % 3 == 0 && core.Virtual.Lists.Any(list => list.IsPending && !list.IsActive))
        {
            twin.Acknowledge(Cpu);
            return;
        }
        if (Kind % 3 == 1 && core.Virtual.Lists.Any(list => list.IsActive))
        {
            twin.End(Cpu);
            return;
        }
        switch (Kind)
        {
            case < 34:
                twin.Run(Cpu, changed => changed.SetTimer(1 | (Words[0] & 2), twin.Hardware.Counter + (Choice % 5_000)));
                break;
            case < 38:
                twin.Run(Cpu, Scribble);
                break;
            case < 42:
                twin.Except(Cpu, Syndrome(ExceptionClass.WaitFor));
                break;
            case < 52:
                TouchRegister(twin);
                break;
            case < 62:
                Abort(twin, core);
                break;
            case < 66:
                twin.Except(Cpu, Syndrome(Choice % 2 == 0 ? ExceptionClass.Smc64 : ExceptionClass.Unknown));
                break;
            case < 68:
                twin.SError(Cpu, Choice & 0xffff);
                break;
            default:
                CallAny(twin);
                break;
        }
    }

    /// <summary>Any call; x0 to x7 as they come, but often what makes sense.</summary>
    private void CallAny(Twin twin)
    {
        ulong number = Needed(twin) ?? Choice % (Call.Count + 3);
        ulong function = number < Call.Count ? Call.Base + number
            : number == Call.Count ? Call.Uid
            : number == Call.Count + 1 ? Call.Revision
            : Choice;
        ulong[] arguments = [function, .. Words[1..]];
        bool sensible = Kind % 8 != 0;
        if (sensible)
            arguments[1] = number == Call.Wait ? Deadline(twin) : SlotFor(twin, number);
        switch (number)
        {
            case Call.WriteVirtual when sensible && Kind % 4 == 1:
                (arguments[2], arguments[3], arguments[4]) = (Words[2] % 3, ~0UL, ~0UL);
                break;
            case Call.WriteVirtual when sensible && Kind % 4 == 3:
                (arguments[2], arguments[3], arguments[4]) = (VirtualField.Active, ~0UL, Words[4]);
                break;
            case Call.Resume:
                (arguments[2], arguments[7]) = (Kind % 8 == 1 ? Words[2] : Words[3] & 0x13f, Deadline(twin));
                break;
            case Call.ReadRegister or Call.WriteRegister when sensible:
                (arguments[2], arguments[3]) = (Choice >> 8 & 3) == 0 ? (Register.Pstate, Words[3] & 0xf000_03cf) : (Words[2] % 90, Words[3]);
                break;
            case Call.WriteVirtual when sensible:
                (arguments[2], arguments[3], arguments[4]) = ((Choice >> 16) % 9 / 2, ~0UL << (int)(Words[3] % 50), (Choice >> 8 & 1) == 0 ? ~0UL : Words[4] << 30);
                break;
            case Call.Account or Call.ReadVirtual or Call.Machine when sensible:
                arguments[2] = Words[2] % 9;
                break;
        }
        twin.Call(Cpu, arguments);
    }

    /// <summary>Often: resumes a vCPU that has faulted, starts one that is off.</summary>
    private ulong? Needed(Twin twin)
    {
        ulong slot = SlotFor(twin, Call.Start);
        if (Kind % 2 == 0 || slot >= Limits.Capabilities)
            return null;
        ulong capability = Kernel.State.PartitionOf(twin.Running(Cpu)).Capabilities[(int)slot];
        if (Capability.Kind(capability) != Capability.Vcpu)
            return null;
        return twin.Vcpu(Capability.Target(capability)).Lifecycle switch
        {
            Lifecycle.Off => Call.Start,
            Lifecycle.Faulted => Call.Resume,
            _ when Choice % 2 == 0 && twin.Vcpu(Capability.Target(capability)).Enabled == 0 => Call.WriteVirtual,
            _ => Choice % 4 == 0 && twin.HasActive(Capability.Target(capability)) ? Call.WriteVirtual : null,
        };
    }

    /// <summary>A slot of the caller that suits a call, rather one of its own CPU.</summary>
    private ulong SlotFor(Twin twin, ulong number)
    {
        ulong[] kinds = number switch
        {
            Call.Notify => [Capability.Event, Capability.Virtual],
            Call.Acknowledge => [Capability.Interrupt],
            Call.Account => [Capability.Account, Capability.Vcpu],
            Call.Machine => [Capability.Machine],
            _ => [Capability.Vcpu],
        };
        ulong[] words = [.. Kernel.State.PartitionOf(twin.Running(Cpu)).Capabilities];
        ulong[] slots = [.. Enumerable.Range(0, words.Length).Select(slot => (ulong)slot).Where(slot => kinds.Contains(Capability.Kind(words[slot])))];
        ulong[] near = [.. slots.Where(slot => Kernel.State.CpuOf(Capability.Target(words[slot])) == Cpu)];
        if (near.Length > 0 && Kind % 4 != 1)
            slots = near;
        return slots.Length == 0 ? Words[1] : slots[Words[1] % (ulong)slots.Length];
    }

    private void TouchRegister(Twin twin)
    {
        ulong register = _systemRegisters[Choice % (ulong)_systemRegisters.Length];
        ulong general = (Choice >> 8) % 32;
        if (general < 31)
            twin.Write(Cpu, StateFields.X, (int)general, ((Words[0] & 15) << 24) | ((Words[1] & 1) << 40) | (Words[2] & 0x1_00ff));
        twin.Except(Cpu, Syndrome(ExceptionClass.SystemRegister) | register | (general << 5) | (Words[3] & Read));
    }

    private void Abort(Twin twin, Core core)
    {
        (core.Far, core.Hpfar) = (Choice, Choice >> 12 << 4 & 0xf_ffff_fff0);
        ulong ec = Kind % 4 == 0 ? ExceptionClass.InstructionAbort : ExceptionClass.DataAbort;
        twin.Except(Cpu, Syndrome(ec) | ((Choice & 31) << 16) | (4 + ((Words[0] & 3) << 2)) | ((Words[1] & 1) << 7));
    }

    /// <summary>The guest uses its registers.</summary>
    private void Scribble(Core core)
    {
        for (int i = 0; i < 8; i++)
        {
            core.System[(Choice >> (8 * i)) % 23] = Words[i];
            core.Vectors[(Choice >> (8 * i)) % 64] = Words[i];
        }
        core.Fpcr = Words[0];
        core.Virtual.LetThrough();
    }

    private ulong Deadline(Twin twin) => Words[1] % 3 != 0 ? ~0UL : twin.Hardware.Counter + (Choice % 50_000);

    private static ulong Syndrome(ulong ec) => (ec << 26) | (1 << 25);
}
