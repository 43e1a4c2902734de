using CsCheck;
using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>System register accesses of guests: what the kernel serves, and that all else is undefined.</summary>
public class SystemRegisterTests
{
    private const ulong Read = 1, Pc = 0x8000;

    [Fact]
    public void EveryEncodingIsServedOrUndefined()
    {
        Rig rig = Rigs.Unbooted();
        for (int i = 8; i < 64; i++)
            rig.Hardware.Identification[i] = 0x1111_1111_1111_1111;
        rig.Boot();
        rig.Wait();
        rig.Wait();
        for (ulong op0 = 0; op0 < 4; op0++)
        {
            for (ulong rest = 0; rest < 1 << 14; rest++)
            {
                ulong op1 = rest >> 11, op2 = (rest >> 8) & 7, crn = (rest >> 4) & 15, crm = rest & 15;
                Check(rig, (op0, op1, crn, crm, op2), 0);
                Check(rig, (op0, op1, crn, crm, op2), Read);
            }
        }
        Assert.Equal(Rigs.Guest, rig.Running());
    }

    [Fact]
    public void TheZeroRegisterIsNeverWritten()
    {
        Rig rig = Rigs.Family();
        ulong[] before = Rigs.Registers(Rigs.Guest, 0, 31);
        rig.Exception(0, ExceptionClass.SystemRegister, Syndrome((3, 0, 12, 12, 5), 31, Read));
        Assert.Equal(before, Rigs.Registers(Rigs.Guest, 0, 31));
    }

    /// <summary>ICC_SGI1R_EL1 reaches the vCPUs that its affinity and target list name, on whatever CPU, and nobody else.</summary>
    [Fact]
    public void AnSgiReachesItsTargets() => Gen.Select(Gen.ULong, Gen.Int[0, 3], Gen.OneOf(0, 1, 2, 3, 5)).Sample((bits, clear, sender) =>
    {
        ulong[] vcpus = [0, 16, 17, 32, 33, 34];
        Rig rig = new(3);
        rig.Add(0, vcpus);
        rig.Add(0, 1);
        rig.KeepOff(33);
        rig.Boot();
        ulong cpu = State.CpuOf(vcpus[sender]);
        while (rig.Running(cpu) != vcpus[sender])
            rig.WaitForInterrupt(cpu);

        // Mostly without what makes it reach nobody: other affinities, then broadcast.
        ulong value = bits & clear switch { 0 => ~0UL, 1 => 0x0000_ff00_0f00_ffffUL, _ => 0x0f00_ffffUL };
        State.Vcpu(vcpus[sender]).X[7] = value;
        rig.Exception(cpu, ExceptionClass.SystemRegister, Syndrome((3, 0, 12, 11, 5), 7, 0));
        rig.SettleAll();

        ulong bit = 1UL << (int)((value >> 24) & 15);
        bool elsewhere = (value & 0x00ff_f0ff_00ff_0000) != 0, broadcast = (value & (1UL << 40)) != 0;
        for (int number = 0; number < vcpus.Length; number++)
        {
            bool target = vcpus[number] != 33 && (broadcast ? number != sender : !elsewhere && ((value >> number) & 1) != 0);
            Assert.Equal(target ? bit : 0, State.Vcpu(vcpus[number]).Pending);
        }
        Assert.Equal(0UL, State.Vcpu(1).Pending);
    }, iter: 2000, threads: 1);

    /// <summary>The sender has its own SGI at once; others of its CPU get theirs by interrupts that the CPU takes next, and is told of once.</summary>
    [Fact]
    public void AnSgiToSiblingsOfTheSameCpuIsMail()
    {
        const ulong Bit = 1UL << 9;
        Rig rig = new();
        rig.Add(0, 0, 1, 2);
        rig.Boot();
        State.Vcpu(0).X[7] = (9UL << 24) | 0b111;
        rig.Exception(0, ExceptionClass.SystemRegister, Syndrome((3, 0, 12, 11, 5), 7, 0));
        ulong[] AllPending() => [State.Vcpu(0).Pending, State.Vcpu(1).Pending, State.Vcpu(2).Pending];
        Assert.Equal([Bit, 0, 0], AllPending());
        Assert.Single(rig.Hardware.Sent);
        Assert.True(rig.Hardware.Signals(rig.Hardware.Cores[0]), "no interrupt follows");
        rig.TakeInterrupt();
        Assert.Equal([Bit, Bit, 0], AllPending());
        rig.Settle();
        Assert.Equal([Bit, Bit, Bit], AllPending());
        Assert.Equal((0UL, 0UL), (State.Cpu(0).Inbox, State.Vcpu(1).InboxVirtual | State.Vcpu(2).InboxVirtual));
    }

    [Fact]
    public void AnSgiFromTheZeroRegisterReachesNobody()
    {
        Rig rig = Rigs.Family();
        rig.Exception(0, ExceptionClass.SystemRegister, Syndrome((3, 0, 12, 11, 5), 31, 0));
        Assert.Equal(0UL, State.Vcpu(Rigs.Guest).Pending);
    }

    private static void Check(Rig rig, (ulong Op0, ulong Op1, ulong Crn, ulong Crm, ulong Op2) register, ulong direction)
    {
        ref VcpuState guest = ref State.Vcpu(Rigs.Guest);
        guest.Pc = Pc;
        guest.Pstate = 0x3c5;
        guest.X[5] = 0xabcd_0000_0000;
        rig.Exception(0, ExceptionClass.SystemRegister, Syndrome(register, 5, direction));
        ulong? result = Expected(register, direction == Read);
        string what = $"{register}, {(direction == Read ? "read" : "write")}";
        Assert.True(guest.Pc == (result is null ? 0x200 : Pc + 4), what);
        Assert.True(guest.X[5] == (direction == Read && result is { } value ? value : 0xabcd_0000_0000), what);
    }

    /// <summary>Result of an access, any value for a write that is taken; nothing if it is undefined.</summary>
    private static ulong? Expected((ulong Op0, ulong Op1, ulong Crn, ulong Crm, ulong Op2) register, bool read) => register switch
    {
        (3, 0, 0, var crm, var op2) when read => State.Found.Identification[(int)(((crm & 7) * 8) + op2)],
        (3, 0, 12, 11, 5 or 6 or 7) when !read => 0,    // ICC_SGI1R_EL1, ICC_ASGI1R_EL1, ICC_SGI0R_EL1
        (3, 0, 12, 12, 5) => 7,                         // ICC_SRE_EL1
        (3, 0, 1, 0, 1) => 0,                           // ACTLR_EL1
        (3, 1, 0, 0, 7) => 0,                           // AIDR_EL1
        (2, 0, _, _, _) => 0,                           // debug
        (1, 0, 7, _, 2) when !read => 0,                // cache maintenance by set and way
        _ => null,
    };

    private static ulong Syndrome((ulong Op0, ulong Op1, ulong Crn, ulong Crm, ulong Op2) register, ulong rt, ulong direction) =>
        (register.Op0 << 20) | (register.Op2 << 17) | (register.Op1 << 14) | (register.Crn << 10) | (rt << 5) | (register.Crm << 1) | direction;
}
