import type { ServiceSchema } from "moleculer";
import { handle } from "../../lib/bus.ts";
import { Database } from "../../mixins/database.mixin.ts";
import { Records } from "../../mixins/records.mixin.ts";
import { Schedule } from "../../mixins/schedule.mixin.ts";
import { assignRoles } from "./actions/assignRoles.ts";
import { changePassword } from "./actions/changePassword.ts";
import { closeUser } from "./actions/closeUser.ts";
import { createUser } from "./actions/createUser.ts";
import { revokedSessions } from "./actions/revokedSessions.ts";
import { editMe } from "./actions/editMe.ts";
import { editUser } from "./actions/editUser.ts";
import { endSession } from "./actions/endSession.ts";
import { jwks } from "./actions/jwks.ts";
import { login } from "./actions/login.ts";
import { logout } from "./actions/logout.ts";
import { logoutAll } from "./actions/logoutAll.ts";
import { me } from "./actions/me.ts";
import { putUser } from "./actions/putUser.ts";
import { refresh } from "./actions/refresh.ts";
import { register } from "./actions/register.ts";
import { roles } from "./actions/roles.ts";
import { sessions } from "./actions/sessions.ts";
import { user } from "./actions/user.ts";
import { users } from "./actions/users.ts";
import * as contract from "./identity.contract.ts";
import { listing, tables } from "./store/tables.ts";
import { jobs, Passwords } from "./jobs/sweep.ts";

/** Knows who people are, signs them in, and says what their roles let them do. */
const IdentityService: ServiceSchema = {
  name: "identity",
  mixins: [Schedule(jobs), Records(listing), Passwords, Database("identity", tables)],
  actions: {
    register: handle(contract.Register, register),
    login: handle(contract.Login, login),
    refresh: handle(contract.Refresh, refresh),
    logout: handle(contract.Logout, logout),
    logoutAll: handle(contract.LogoutAll, logoutAll),
    sessions: handle(contract.ListSessions, sessions),
    endSession: handle(contract.EndSession, endSession),
    changePassword: handle(contract.ChangePassword, changePassword),
    jwks: handle(contract.ShowKeys, jwks),
    me: handle(contract.Me, me),
    editMe: handle(contract.EditMe, editMe),
    users: handle(contract.ListUsers, users),
    createUser: handle(contract.CreateUser, createUser),
    user: handle(contract.GetUser, user),
    editUser: handle(contract.EditUser, editUser),
    closeUser: handle(contract.CloseUser, closeUser),
    assignRoles: handle(contract.AssignRoles, assignRoles),
    roles: handle(contract.ListRoles, roles),
    putUser: handle(contract.PutUser, putUser),
    revokedSessions: handle(contract.ListRevokedSessions, revokedSessions),
  },
};

export default IdentityService;
