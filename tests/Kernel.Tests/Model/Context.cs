using Redoubt.Abi;
using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel;

/// <summary>In place of Context.S: parts of a vCPU's context between memory and the registers of the CPU that executes.</summary>
internal static class Context
{
    private const int User = 0, El1 = 5, Timer = 23, Ras = 25, Sme = 26, End = 27;
    private const ulong TrapSimd = 1 << 10;

    private static Core Core => Hardware.Executing;

    public static void SaveUser(ref VcpuState vcpu) => Save(ref vcpu, User, El1);

    public static void LoadUser(ref VcpuState vcpu) => Load(ref vcpu, User, El1);

    public static void SaveFault(ref VcpuState vcpu)
    {
        vcpu.Far = Core.Far;
        vcpu.Hpfar = Core.Hpfar;
    }

    public static void SaveEl1(ref VcpuState vcpu) => Save(ref vcpu, El1, Timer);

    public static void LoadEl1(ref VcpuState vcpu) => Load(ref vcpu, El1, Timer);

    public static void SaveTimer(ref VcpuState vcpu)
    {
        Save(ref vcpu, Timer, Ras);
        Core.System[(int)(Register.CntvCtlEl0 - Register.System)] = 0;
    }

    public static void LoadTimer(ref VcpuState vcpu) => Load(ref vcpu, Timer, Ras);

    public static void SaveRas(ref VcpuState vcpu) => Save(ref vcpu, Ras, Sme);

    public static void LoadRas(ref VcpuState vcpu) => Load(ref vcpu, Ras, Sme);

    public static void SaveSme(ref VcpuState vcpu) => Save(ref vcpu, Sme, End);

    public static void LoadSme(ref VcpuState vcpu) => Load(ref vcpu, Sme, End);

    public static void SaveLists(ref VcpuState vcpu)
    {
        for (int i = 0; i < Limits.ListRegisters; i++)
            vcpu.Lists[i] = Core.Virtual.Lists[i];
    }

    public static void LoadLists(ref VcpuState vcpu)
    {
        for (int i = 0; i < Limits.ListRegisters; i++)
            Core.Virtual.Lists[i] = vcpu.Lists[i];
        Core.Virtual.Hcr = vcpu.Hcr;
    }

    public static void SaveInterface(ref VcpuState vcpu)
    {
        vcpu.Vmcr = Core.Virtual.Vmcr;
        vcpu.ActivePriorities0 = Core.Virtual.ActivePriorities0;
        vcpu.ActivePriorities1 = Core.Virtual.ActivePriorities1;
        Core.Virtual.Hcr = 0;
    }

    public static void LoadInterface(ref VcpuState vcpu)
    {
        Core.Virtual.Vmcr = vcpu.Vmcr;
        Core.Virtual.ActivePriorities0 = vcpu.ActivePriorities0;
        Core.Virtual.ActivePriorities1 = vcpu.ActivePriorities1;
    }

    public static void SaveSimd(ref VcpuState vcpu)
    {
        CheckSimd();
        for (int i = 0; i < 64; i++)
            vcpu.Vectors[i] = Core.Vectors[i];
        vcpu.Fpcr = Core.Fpcr;
        vcpu.Fpsr = Core.Fpsr;
    }

    public static void LoadSimd(ref VcpuState vcpu)
    {
        CheckSimd();
        for (int i = 0; i < 64; i++)
            Core.Vectors[i] = vcpu.Vectors[i];
        Core.Fpcr = vcpu.Fpcr;
        Core.Fpsr = vcpu.Fpsr;
    }

    public static void LoadWorld(ref VcpuState vcpu)
    {
        Core.Vttbr = vcpu.WorldVttbr;
        Core.Hcr = vcpu.WorldHcr;
        Core.Cptr = vcpu.WorldCptr;
        Core.Vmpidr = vcpu.WorldVmpidr;
    }

    public static void SetCptr(ulong cptr) => Core.Cptr = cptr;

    private static void Save(ref VcpuState vcpu, int from, int to)
    {
        for (int i = from; i < to; i++)
            vcpu.System[i] = Core.System[i];
    }

    private static void Load(ref VcpuState vcpu, int from, int to)
    {
        for (int i = from; i < to; i++)
            Core.System[i] = vcpu.System[i];
    }

    private static void CheckSimd()
    {
        if ((Core.Cptr & TrapSimd) != 0)
            throw new InvalidOperationException("SIMD registers are used while they trap");
    }
}
