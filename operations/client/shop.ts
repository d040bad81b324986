/** What shoppers and staff do over REST, as scripts and tests need it. */
import { randomBytes } from "node:crypto";
import { type Answer, ApiClient } from "./api-client.ts";

export interface SignedIn {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
}
interface LoginAnswer {
  token: string;
  refreshToken: string;
  user: { id: string; email: string };
}

export class Shop {
  readonly http: ApiClient;

  constructor(base: string, options: { connections?: number } = {}) {
    this.http = new ApiClient(base, options);
  }

  async register(name = `shopper-${randomBytes(6).toString("hex")}`): Promise<SignedIn> {
    const email = `${name}@example.org`;
    const password = randomBytes(12).toString("base64url");
    const { body } = good(
      await this.http.post<LoginAnswer>("/users/register", { username: name, email, password }),
    );
    return personOf(body);
  }

  async signIn(email: string, password: string): Promise<SignedIn> {
    const { body } = good(await this.http.post<LoginAnswer>("/auth/login", { email, password }));
    return personOf(body);
  }

  order(
    person: SignedIn,
    what: { productId?: string; variantId?: string; quantity: number; coupons?: string[] },
    key: string = randomBytes(12).toString("hex"),
  ): Promise<
    Answer<{
      orderId: string;
      order: { totalMinor: number; total: number; status: string };
      code?: string;
    }>
  > {
    return this.http.post("/orders", { userId: person.id, ...what }, person.token, key);
  }

  pay(
    person: SignedIn,
    orderId: string,
    amount: number,
    more: object = {},
    key: string = randomBytes(12).toString("hex"),
  ): Promise<Answer<{ status: string; code?: string }>> {
    return this.http.post("/payments", { orderId, amount, ...more }, person.token, key);
  }
}

const personOf = ({ token, refreshToken, user }: LoginAnswer): SignedIn => ({
  id: user.id,
  email: user.email,
  token,
  refreshToken,
});

/** @throws Error with what was answered, when it was a refusal. */
export function good<B>(answer: Answer<B>): Answer<B> {
  if (answer.status < 300) return answer;
  throw new Error(`${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
}
