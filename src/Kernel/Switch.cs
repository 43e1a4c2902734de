using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>
/// The change from one vCPU to another. A service needs stage 2 and the registers that act at EL0; the EL1 state of the guest that ran last stays
/// loaded (it is resident) until another guest runs.
/// </summary>
internal static class Switch
{
    public static void To(ref CpuState cpu, ulong next)
    {
        ref VcpuState vcpu = ref State.Vcpu(next);
        if (cpu.Current != Limits.NoVcpu)
        {
            Context.SaveUser(ref State.Vcpu(cpu.Current));
        }
        bool admit = (State.PartitionOf(next).Flags & PartitionFlags.Service) == 0 && cpu.Resident != next;
        if (admit)
        {
            Evict(ref cpu);
        }
        Context.LoadWorld(ref vcpu);
        if (admit)
        {
            Admit(ref cpu, ref vcpu, next);
        }
        Context.LoadUser(ref vcpu);
        cpu.Current = next;
    }

    /// <summary>Brings the system registers of a vCPU to memory, those that are loaded.</summary>
    public static void Publish(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        if (cpu.Current == index)
        {
            Context.SaveUser(ref vcpu);
        }
        if (cpu.Resident == index)
        {
            Context.SaveEl1(ref vcpu);
        }
    }

    /// <summary>Takes the EL1 registers of a guest from memory again, if they are loaded.</summary>
    public static void Reload(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        if (cpu.Resident == index)
        {
            Context.LoadEl1(ref vcpu);
        }
    }

    /// <summary>Takes the resident guest from the registers, if there is one.</summary>
    public static void Evict(ref CpuState cpu)
    {
        if (cpu.Resident == Limits.NoVcpu)
        {
            return;
        }
        ref VcpuState vcpu = ref State.Vcpu(cpu.Resident);
        Context.SaveEl1(ref vcpu);
        Context.SetCptr(ControlRegisters.GuestCptr);
        Context.SaveSimd(ref vcpu);
        Context.SetCptr(ControlRegisters.ServiceCptr);
        if (State.Found.HasRas != 0)
        {
            Context.SaveRas(ref vcpu);
        }
        if (State.Found.HasSme != 0)
        {
            Context.SaveSme(ref vcpu);
        }
        Context.SaveLists(ref vcpu);
        Context.SaveInterface(ref vcpu);
        Timers.Save(ref cpu, ref vcpu);
        cpu.Resident = Limits.NoVcpu;
    }

    private static void Admit(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        Context.LoadEl1(ref vcpu);
        Context.SetCptr(ControlRegisters.GuestCptr);
        ForgetSibling(ref cpu, index);
        Context.LoadSimd(ref vcpu);
        if (State.Found.HasRas != 0)
        {
            Context.LoadRas(ref vcpu);
        }
        if (State.Found.HasSme != 0)
        {
            Context.LoadSme(ref vcpu);
        }
        Context.LoadLists(ref vcpu);
        Context.LoadInterface(ref vcpu);
        Timers.Load(ref cpu, ref vcpu);
        cpu.Resident = index;
    }

    /// <summary>
    /// vCPUs of one partition have one VMID. What one of them keeps in the TLB for itself alone, another on the same CPU must not find.
    /// </summary>
    private static void ForgetSibling(ref CpuState cpu, ulong index)
    {
        int partition = (int)(State.VcpuConfig(index).Partition & (Limits.Partitions - 1));
        if (cpu.Last[partition] != index)
        {
            cpu.Last[partition] = index;
            Cpu.ForgetPartition();
        }
    }
}
