using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>System register accesses of guests that trap. What is not listed is undefined to the guest.</summary>
internal static class SystemRegisterTraps
{
    // Encodings in the form of ESR_EL2.ISS: op0 21:20, op2 19:17, op1 16:14, CRn 13:10, CRm 4:1 (Arm ARM D19.2.40)
    private const ulong IccSgi0r = 0x3e_3016, IccAsgi1r = 0x3c_3016, IccSgi1r = 0x3a_3016, IccSre = 0x3a_3018, Actlr = 0x32_0400,
        Aidr = 0x3e_4000;
    private const ulong IdentificationMask = 0x31_fc00, Identification = 0x30_0000;
    private const ulong DebugMask = 0x31_c000, Debug = 0x20_0000;
    private const ulong SetWayMask = 0x3f_fc00, SetWay = 0x14_1c00;

    // ICC_SRE_EL1: SRE, DFB, DIB
    private const ulong SystemRegistersOnly = 7;

    public static void Take(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        ulong register = vcpu.Esr.Register;
        bool read = vcpu.Esr.IsRead;
        if (register == IccSgi1r && !read)
        {
            SendInterrupts(ref cpu, ref vcpu, index, Source(ref vcpu));
        }
        else if ((register & IdentificationMask) == Identification && read)
        {
            SetResult(ref vcpu, State.Found.Identification[(int)IdentificationIndex(register)]);
        }
        else if (register == IccSre)
        {
            Answer(ref vcpu, read, SystemRegistersOnly);
        }
        else if (register == Actlr || register == Aidr || IsDebug(register))
        {
            Answer(ref vcpu, read, 0);
        }
        else if (IsIgnored(register, read))
        {
            // Interrupts of groups that don't exist, cache maintenance that the pinned vCPU doesn't need.
        }
        else
        {
            Injection.Undefined(ref cpu, ref vcpu, index);
            return;
        }
        vcpu.Pc += vcpu.Esr.Length;
    }

    private static bool IsDebug(ulong register) => (register & DebugMask) == Debug;

    private static bool IsIgnored(ulong register, bool read) =>
        !read && (register == IccSgi0r || register == IccAsgi1r || (register & SetWayMask) == SetWay);

    /// <summary>CRm * 8 + op2.</summary>
    private static ulong IdentificationIndex(ulong register) => ((register >> 1) & 7) * 8 + ((register >> 17) & 7);

    private static ulong Source(ref VcpuState vcpu) => vcpu.Esr.Rt == 31 ? 0 : vcpu.X[(int)vcpu.Esr.Rt];

    private static void SetResult(ref VcpuState vcpu, ulong value)
    {
        if (vcpu.Esr.Rt != 31)
        {
            vcpu.X[(int)vcpu.Esr.Rt] = value;
        }
    }

    private static void Answer(ref VcpuState vcpu, bool read, ulong value)
    {
        if (read)
        {
            SetResult(ref vcpu, value);
        }
    }

    /// <summary>
    /// ICC_SGI1R_EL1 (IHI0069, 12.2.21): the vCPUs of the partition have affinity 0 only. All but the sender, also those of this CPU, get the
    /// interrupt through their inboxes, so that what one gets does not depend on what another's has brought about.
    /// </summary>
    private static void SendInterrupts(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong value)
    {
        const ulong OtherAffinities = (0xffUL << 16) | (0xffUL << 32) | (0xffUL << 48) | (0xfUL << 44);
        ref PartitionConfig partition = ref State.PartitionOf(index);
        ulong self = 1UL << (int)State.VcpuConfig(index).Number;
        bool broadcast = (value >> 40 & 1) != 0;
        ulong named = broadcast ? ~0UL : (value & OtherAffinities) != 0 ? 0 : value;
        ulong others = named & ~self;
        ulong interrupt = 1UL << (int)((value >> 24) & 15);
        for (int number = 0; number < Limits.VcpusPerPartition; number++)
        {
            ulong target = partition.Vcpus[number];
            if ((others >> number & 1) != 0 && target != Limits.NoVcpu)
            {
                Mail.Leave(target, 0, interrupt);
            }
        }
        if (!broadcast && (named & self) != 0)
        {
            VirtualInterrupts.Pend(ref cpu, ref vcpu, index, interrupt);
        }
    }
}
